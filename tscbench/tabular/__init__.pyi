"""The public names for type checkers and editors; at run time they are imported when first used."""

from tscbench.tabular.bound import (
    Ready as Ready,
)
from tscbench.tabular.bound import (
    bound_answers as bound_answers,
)
from tscbench.tabular.bound import (
    method_of as method_of,
)
from tscbench.tabular.classifiers import (
    classifier_outputs as classifier_outputs,
)
from tscbench.tabular.classifiers import (
    estimator_kind as estimator_kind,
)
from tscbench.tabular.classifiers import (
    estimator_needs as estimator_needs,
)
from tscbench.tabular.classifiers import (
    estimator_size as estimator_size,
)
from tscbench.tabular.closeness import (
    at_most as at_most,
)
from tscbench.tabular.closeness import (
    closest_distances as closest_distances,
)
from tscbench.tabular.closeness import (
    distance_blocks as distance_blocks,
)
from tscbench.tabular.closeness import (
    nearest_distances as nearest_distances,
)
from tscbench.tabular.codec import (
    Block as Block,
)
from tscbench.tabular.codec import (
    Codec as Codec,
)
from tscbench.tabular.codec import (
    fit_codec as fit_codec,
)
from tscbench.tabular.described import (
    describe as describe,
)
from tscbench.tabular.estimators import (
    build_estimator as build_estimator,
)
from tscbench.tabular.estimators import (
    ready_to_fit as ready_to_fit,
)
from tscbench.tabular.estimators import (
    seed_estimator as seed_estimator,
)
from tscbench.tabular.exchange import (
    to_frame as to_frame,
)
from tscbench.tabular.exchange import (
    to_labels as to_labels,
)
from tscbench.tabular.exchange import (
    to_rows as to_rows,
)
from tscbench.tabular.frames import (
    from_frame as from_frame,
)
from tscbench.tabular.identity import (
    repeated_share as repeated_share,
)
from tscbench.tabular.identity import (
    row_groups as row_groups,
)
from tscbench.tabular.identity import (
    row_keys as row_keys,
)
from tscbench.tabular.identity import (
    rows_in as rows_in,
)
from tscbench.tabular.identity import (
    share_seen as share_seen,
)
from tscbench.tabular.module import (
    codec_module as codec_module,
)
from tscbench.tabular.neighbours import (
    Finder as Finder,
)
from tscbench.tabular.neighbours import (
    finder as finder,
)
from tscbench.tabular.neighbours import (
    nearest as nearest,
)
from tscbench.tabular.read import (
    read_table as read_table,
)
from tscbench.tabular.regression import (
    classification_problem as classification_problem,
)
from tscbench.tabular.regression import (
    equal_or_none as equal_or_none,
)
from tscbench.tabular.regression import (
    regressed_outputs as regressed_outputs,
)
from tscbench.tabular.regression import (
    regression_problem as regression_problem,
)
from tscbench.tabular.seen import (
    SeenClasses as SeenClasses,
)
from tscbench.tabular.seen import (
    fit_classes as fit_classes,
)
from tscbench.tabular.seen import (
    fit_labels as fit_labels,
)
from tscbench.tabular.cells import (
    MISSING as MISSING,
)
from tscbench.tabular.spread import (
    column_spread as column_spread,
)
from tscbench.tabular.trees import (
    boosted_size as boosted_size,
)
from tscbench.tabular.trees import (
    fill_empty as fill_empty,
)
from tscbench.tabular.trees import (
    in_blocks as in_blocks,
)
from tscbench.tabular.trees import (
    mean_of_trees as mean_of_trees,
)
from tscbench.tabular.trees import (
    native_categories as native_categories,
)
from tscbench.tabular.trees import (
    regression_values as regression_values,
)
from tscbench.tabular.trees import (
    tree_size as tree_size,
)
from tscbench.tabular.views import (
    joined_views as joined_views,
)
from tscbench.tabular.views import (
    numeric_schema as numeric_schema,
)
from tscbench.tabular.views import (
    take_columns as take_columns,
)
from tscbench.tabular.views import (
    with_second_view as with_second_view,
)
from tscbench.tabular.votes import (
    Neighbourhood as Neighbourhood,
)
from tscbench.tabular.votes import (
    mean_or_nan as mean_or_nan,
)
from tscbench.tabular.votes import (
    neighbourhood as neighbourhood,
)
from tscbench.tabular.votes import (
    ranked_hits as ranked_hits,
)
from tscbench.tabular.votes import (
    tagged_rows as tagged_rows,
)
from tscbench.tabular.votes import (
    calibration as calibration,
)
