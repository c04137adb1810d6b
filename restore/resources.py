"""Everything that the stages consult, loaded once and passed along."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from restore.collocations import Collocations
from restore.encoders import Encoder, load_encoder
from restore.errors import GlossaryError
from restore.folders import user_folder
from restore.glossary import Glossary, load_glossary
from restore.idioms import Idioms
from restore.lexicon import Lexicon
from restore.reference import Phrases, load_references
from restore.restorer import Restorer, load_restorer
from restore.terms import TermModel
from restore.thesaurus import Thesaurus
from restore.weights import Profiles, Weights, load_weights


@dataclass(frozen=True)
class Settings:
    """What a caller may choose."""

    #: glossary files, later ones winning; None for the one that ships, () for none
    glossaries: tuple[Path, ...] | None = None
    #: clean articles on the same events
    references: tuple[Path, ...] = ()
    #: name or folder of a sentence-transformers model, "" for the default, None for none
    model: str | None = ""
    #: folder of a restorer; None for the one that ships. Without a model there is none.
    restorer: Path | None = None
    #: confidence from which a batch run applies; None for the calibrated default
    min_confidence: float | None = None
    #: spans that are garbled with less than this probability are not shown; None for the fitted default
    show_from: float | None = None
    #: how many alternatives a suggestion holds
    alternatives: int = 8


@dataclass(frozen=True)
class Resources:
    """The knowledge behind the candidates and the scores."""

    glossary: Glossary
    lexicon: Lexicon
    thesaurus: Thesaurus
    collocations: Collocations
    idioms: Idioms
    profiles: Profiles
    #: what the reference articles say
    reference: Phrases = field(default_factory=Phrases)
    settings: Settings = field(default_factory=Settings)

    @property
    def encoder(self) -> Encoder | None:
        """The sentence encoder, loaded on first use (nothing else waits for torch); None if none is wanted."""
        return None if self.settings.model is None else _load_encoder(self.settings.model)

    @property
    def restorer(self) -> Restorer | None:
        """The denoising restorer, loaded on first use; None if no model is wanted."""
        return None if self.settings.model is None else _load_restorer(self.settings.restorer)

    @property
    def terms(self) -> TermModel:
        """What is known of terms, loaded on first use: honest text may never ask."""
        return _load_terms(self.collocations)

    @property
    def weights(self) -> Weights:
        """The profile that has the last word."""
        return self.profiles.cheap if self.settings.model is None else self.profiles.full

    @property
    def auto_threshold(self) -> float:
        """The confidence from which a suggestion is applied without asking."""
        wanted = self.settings.min_confidence
        return self.weights.auto_threshold if wanted is None else wanted

    @property
    def show_threshold(self) -> float:
        """The probability of being garbled from which a span is shown."""
        wanted = self.settings.show_from
        return self.weights.show_threshold if wanted is None else wanted


def load_resources(settings: Settings = Settings()) -> Resources:
    """Load what ships with the package and what the settings name."""
    return Resources(
        glossary=load_glossary(*glossary_paths(settings.glossaries)),
        lexicon=Lexicon.load(),
        thesaurus=Thesaurus.load(),
        collocations=Collocations.load(),
        idioms=Idioms.load(),
        profiles=load_weights(),
        reference=load_references(settings.references),
        settings=settings,
    )


def load_glossary_alone(settings: Settings = Settings()) -> Resources:
    """The glossary and no other knowledge: for a first look at a document, in a fraction of the time."""
    return Resources(
        glossary=load_glossary(*glossary_paths(settings.glossaries)),
        lexicon=Lexicon(),
        thesaurus=Thesaurus({}),
        collocations=Collocations.empty(),
        idioms=Idioms({}, 1),
        profiles=load_weights(),
        settings=replace(settings, model=None),
    )


@lru_cache(maxsize=1)
def _load_encoder(name: str) -> Encoder:
    return load_encoder(name)


@lru_cache(maxsize=1)
def _load_restorer(folder: Path | None) -> Restorer:
    return load_restorer(folder)


@lru_cache(maxsize=2)
def _load_terms(collocations: Collocations) -> TermModel:
    return TermModel.load(collocations)


def glossary_paths(chosen: Sequence[Path] | None) -> tuple[Path, ...]:
    """The glossary files to read: those chosen, or the one that ships."""
    return (packaged_glossary(),) if chosen is None else tuple(chosen)


def user_glossary() -> Path | None:
    """The user's own glossary, whether it exists yet or not: `$RESTORE_GLOSSARY` (empty: none), else
    `glossary.yaml` in the folder `restore` of the user's configuration. None if there is no such place."""
    chosen = os.environ.get("RESTORE_GLOSSARY")
    if chosen is not None:
        return Path(chosen) if chosen else None
    folder = user_folder("XDG_CONFIG_HOME", ".config")
    return folder / "glossary.yaml" if folder else None


def packaged_glossary() -> Path:
    """`glossary.yaml` inside an installed package, or at the top of a source checkout."""
    here = Path(__file__).parent
    for path in (here / "data" / "glossary.yaml", here.parent / "glossary.yaml"):
        if path.is_file():
            return path
    raise GlossaryError("the glossary that ships with restore is missing", "reinstall the package")
