import subprocess
import sys

import pytest

from dialogue.components import ROOT
from dialogue.without_tensorflow import STOOD_IN, TensorFlowIsAbsent, install


def test_its_names_can_be_imported_subclassed_and_annotated():
    import tensorflow as tf  # noqa: PLC0415
    from tensorflow.keras.layers import Dense  # noqa: PLC0415

    base = tf.keras.layers.Layer

    class Layer(base):
        def call(self, row: tf.Tensor) -> tf.Tensor:
            return row

    assert issubclass(Layer, base)
    assert Layer.call.__annotations__["row"] is tf.Tensor
    assert Dense.__name__ == "Dense"
    assert tf.float32 is tf.float32


def test_a_decorator_hands_back_what_it_decorates():
    import tensorflow as tf  # noqa: PLC0415

    @tf.function
    def double(number: int) -> int:
        return 2 * number

    assert double(3) == 6


@pytest.mark.parametrize("arguments", [(), ([1, 2],), (1, 2)])
def test_a_call_says_that_there_is_no_tensorflow(arguments):
    import tensorflow as tf  # noqa: PLC0415

    with pytest.raises(TensorFlowIsAbsent, match=r"constant was called.*config\.yml"):
        tf.constant(*arguments)


def test_a_keyword_call_is_a_call_even_with_a_function():
    import tensorflow as tf  # noqa: PLC0415

    with pytest.raises(TensorFlowIsAbsent):
        tf.function(lambda: None, jit_compile=True)


def test_what_python_asks_of_any_module_is_answered_honestly():
    import tensorflow as tf  # noqa: PLC0415

    assert not hasattr(tf, "__wrapped__")
    assert not hasattr(tf.Tensor, "__wrapped__")


def test_other_modules_are_missed_as_ever():
    with pytest.raises(ModuleNotFoundError):
        __import__("tensorflow_of_somebody_else")


def test_installed_twice_it_stands_once():
    before = list(sys.meta_path)
    install()
    assert sys.meta_path == before


def test_a_real_tensorflow_goes_first(tmp_path):
    (tmp_path / "tensorflow").mkdir()
    (tmp_path / "tensorflow/__init__.py").write_text("REAL = 'the real one'\n")
    program = (
        "from dialogue.without_tensorflow import install; install();"
        "import tensorflow, keras; print(tensorflow.REAL, type(keras).__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["the", "real", "one", "_Module"]


def test_rasa_is_imported_without_it():
    assert "rasa.core.agent" in sys.modules
    assert not {getattr(sys.modules[n], "__file__", None) for n in STOOD_IN if n in sys.modules} - {
        None
    }
