"""Settings of the avatar and its training."""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class AvatarConfig:
    """How large the avatar is."""

    gaussians: int | None = None
    """Gaussians in all; None: 13000 on a CPU, 20000 on a GPU."""
    head_bases: int | None = None
    """Learned linear bases over the attributes of the head's Gaussians; None: 12 on a CPU, 16 on a GPU."""
    torso_bases: int | None = None
    """The same for neck and shoulders; None: 8 on a CPU, 16 on a GPU."""
    torso_modes: int = 8
    """Numbers beside the tracked ones that say how the torso is deformed in a frame, learned along with the avatar."""
    face_modes: int | None = None
    """The same for the face, beside its expression; None: 8 on a CPU, 16 on a GPU."""
    held_back: float = 0.5
    """Share of the Gaussians that are not laid on the rig but set where the error is, while training."""
    hidden: int = 64
    """Width of the small networks that turn a rig code into weights of the bases."""


@dataclass(frozen=True)
class LearningRates:
    """Adam's rate for every attribute: ``base`` for the Gaussians, ``bases`` for the bases over them."""

    position_m: float = 8e-5
    rotation: float = 3e-3
    log_scale: float = 8e-3
    colour: float = 4e-3
    opacity: float = 3e-2
    bases_position_m: float = 1.5e-5
    bases_rotation: float = 1e-3
    bases_log_scale: float = 1.2e-3
    bases_colour: float = 1e-3
    bases_opacity: float = 4e-3
    network: float = 1e-3


@dataclass(frozen=True)
class MotionConfig:
    """Refinement of every frame's poses and code through the renderer; rates are Adam steps."""

    rotation: float = 2.0e-4
    """Head and torso rotation, radians."""
    translation_m: float = 6e-5
    """Head and torso translation, metres."""
    expression: float = 4e-3
    """Expression weights."""
    eyes: float = 2e-3
    """Gaze, radians."""
    modes: float = 6e-2
    """Modes of torso and face, standard deviations."""
    smooth: float = 0.02
    """Pull of each frame's correction towards the mean of its neighbours' corrections, per step."""
    coarse_steps: int = 4
    """Evaluations at half the size with which a frame that was not trained on is fitted to the frozen avatar."""
    fine_steps: int | None = None
    """The same at the full size; None: 14 on a CPU, 80 on a GPU."""
    prior: float = 1e-6
    """Pull of that fit towards the tracking as it came, per squared unit of the corrections."""
    turn_unit: float = 2e-3
    """Unit of the corrections of head and torso in that fit, radians."""
    move_unit_m: float = 5e-4
    """The same for their places, metres."""
    expression_unit: float = 0.03
    """The same for the expression weights."""
    eyes_unit: float = 0.02
    """The same for the gaze, radians."""
    modes_unit: float = 0.2
    """The same for the torso's modes, standard deviations."""


@dataclass(frozen=True)
class TrainingConfig:
    """How an avatar is trained."""

    images: int | None = None
    """Pictures rendered and compared in all; None: 2400 on a CPU, 6400 on a GPU."""
    batch: int | None = None
    """Pictures in one step; None: 1 on a CPU, 16 on a GPU, where the launches cost more than the pictures."""
    coarse_share: float = 0.3
    """Share of the pictures that is trained at half the resolution first."""
    ssim_weight: float = 0.2
    """Share of 1 - SSIM in the image loss; the rest is L1."""
    matte_weight: float = 0.02
    """Pull of the opacity towards the matte, a soft prior since mattes flicker."""
    new_backgrounds: float = 0.5
    """Share of the pictures in which a random colour takes the background's place, in the frame by its matte and in the
    render by its opacity: nothing of the old background may stay in the person."""
    bases_decay: float = 1e-4
    """Weight decay of the bases, per step at the full rate."""
    depth_hold: float = 0.02
    """Pull of every Gaussian's depth towards that which it began with, per step at the full rate: pictures from the
    front say little about it, and the rig knows it."""
    rate_end: float = 0.05
    """Learning rates fall exponentially to this share."""
    refine_motion: bool = True
    """Learn corrections of the training frames' poses and codes along with the avatar."""
    raw_share: float = 0.5
    """Share of the pictures that are drawn without these corrections, so that the avatar fits both kinds of motion."""
    avatar: AvatarConfig = field(default_factory=AvatarConfig)
    rates: LearningRates = field(default_factory=LearningRates)
    motion: MotionConfig = field(default_factory=MotionConfig)
    density_rounds: int = 8
    """How often, in the first half of training, Gaussians that draw nothing are moved to where the error is."""
    checkpoint_seconds: float = 20.0
    """How often the state is saved from which training goes on after a kill."""

    def on(self, device: str) -> "TrainingConfig":
        """The same settings with what is left open decided for ``device``."""
        gpu = device.startswith("cuda")
        images, batch, gaussians = (32000, 16, 24000) if gpu else (2400, 1, 13000)
        head, torso, face = (16, 16, 16) if gpu else (12, 8, 8)
        avatar = replace(
            self.avatar,
            gaussians=self.avatar.gaussians or gaussians,
            head_bases=self.avatar.head_bases or head,
            torso_bases=self.avatar.torso_bases or torso,
            face_modes=face if self.avatar.face_modes is None else self.avatar.face_modes,
        )
        motion = replace(self.motion, fine_steps=self.motion.fine_steps or (80 if gpu else 14))
        return replace(self, images=self.images or images, batch=self.batch or batch, avatar=avatar, motion=motion)
