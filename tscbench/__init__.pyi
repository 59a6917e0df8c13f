"""The public names for type checkers and editors; at run time they are imported when first used."""

from tscbench.api.results import (
    Results as Results,
)
from tscbench.api.verbs import (
    board as board,
)
from tscbench.api.verbs import (
    check as check,
)
from tscbench.api.verbs import (
    compare as compare,
)
from tscbench.api.verbs import (
    load as load,
)
from tscbench.api.verbs import (
    plan as plan,
)
from tscbench.api.verbs import (
    plugins as plugins,
)
from tscbench.api.verbs import (
    run as run,
)
from tscbench.api.verbs import (
    site as site,
)
from tscbench.contracts.decorators import (
    dataset as dataset,
)
from tscbench.contracts.decorators import (
    generator as generator,
)
from tscbench.contracts.decorators import (
    metric as metric,
)
from tscbench.contracts.decorators import (
    network as network,
)
from tscbench.contracts.decorators import (
    objective as objective,
)
from tscbench.contracts.decorators import (
    probe as probe,
)
from tscbench.contracts.decorators import (
    query as query,
)
from tscbench.contracts.decorators import (
    student as student,
)
from tscbench.contracts.decorators import (
    teacher as teacher,
)
from tscbench.contracts.errors import (
    ContractError as ContractError,
)
from tscbench.contracts.errors import (
    DataError as DataError,
)
from tscbench.contracts.errors import (
    Diverged as Diverged,
)
from tscbench.contracts.errors import (
    NothingSelected as NothingSelected,
)
from tscbench.contracts.errors import (
    PluginError as PluginError,
)
from tscbench.contracts.errors import (
    SpecError as SpecError,
)
from tscbench.contracts.errors import (
    StoreError as StoreError,
)
from tscbench.contracts.errors import (
    SuiteError as SuiteError,
)
from tscbench.contracts.errors import (
    TscbenchError as TscbenchError,
)
from tscbench.contracts.errors import (
    Unavailable as Unavailable,
)
from tscbench.contracts.labelled import (
    labelled_set as labelled_set,
)
from tscbench.contracts.kinds import (
    Figure as Figure,
)
from tscbench.contracts.progress import (
    Progress as Progress,
)
from tscbench.contracts.scales import (
    decide as decide,
)
from tscbench.contracts.scales import (
    one_hot as one_hot,
)
from tscbench.contracts.scales import (
    to_logits as to_logits,
)
from tscbench.contracts.scales import (
    to_outputs as to_outputs,
)
from tscbench.contracts.scales import (
    to_probabilities as to_probabilities,
)
from tscbench.contracts.spec import (
    Spec as Spec,
)
from tscbench.contracts.threads import (
    n_threads as n_threads,
)
from tscbench.contracts.compression_set import Batch as Batch
from tscbench.contracts.compression_set import CompressionSet as CompressionSet
from tscbench.contracts.training import (
    Training as Training,
)
from tscbench.contracts.types import (
    Array as Array,
)
from tscbench.contracts.types import (
    Data as Data,
)
from tscbench.contracts.types import (
    Link as Link,
)
from tscbench.contracts.types import (
    Loss as Loss,
)
from tscbench.contracts.types import (
    Predictor as Predictor,
)
from tscbench.contracts.types import (
    Rng as Rng,
)
from tscbench.contracts.types import (
    Rows as Rows,
)
from tscbench.contracts.types import (
    Sampler as Sampler,
)
from tscbench.contracts.types import (
    Scale as Scale,
)
from tscbench.contracts.types import (
    Schema as Schema,
)
from tscbench.contracts.types import (
    Targets as Targets,
)
from tscbench.line.fetch import (
    Fetch as Fetch,
)

__version__: str
