"""The tracking of an imported run: the foreign fit as poses of our rig, over the frames that are used."""

import numpy as np

from lifemask.perception.rig_source import flame_source, load_flame, rig_hash
from lifemask.pipeline.imported import Imported
from lifemask.pipeline.imports_flame import tracking_of
from lifemask.pipeline.job import Job
from lifemask.pipeline.stages.capture import used_observations
from lifemask.tracking.record import Tracking


def convert(job: Job, imported: Imported) -> Tracking:
    """Nothing is solved: the import was verified when the run was made."""
    seen = used_observations(job.run)
    model, rig = load_flame(flame_source(job.config.rig))
    sequence = imported.sequence().rows(imported.rows(np.asarray(seen.frame_index)))
    return tracking_of(sequence, model, rig, seen, rig_hash(rig), job.config.tracking.torso_modes)
