"""The public names for type checkers and editors; at run time they are imported when first used."""

from tscbench.tabular.codec import (
    Block as Block,
)
from tscbench.tabular.codec import (
    Codec as Codec,
)
from tscbench.tabular.codec import (
    fit_codec as fit_codec,
)
from tscbench.tabular.frames import (
    from_frame as from_frame,
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
    equal_or_none as equal_or_none,
)
from tscbench.tabular.regression import (
    regressed_outputs as regressed_outputs,
)
from tscbench.tabular.regression import (
    regression_problem as regression_problem,
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
