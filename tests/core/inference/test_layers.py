"""The fast layers compute what the plain ones do."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from tagger_core.inference.layers import Direct, First, Short

LIKE = torch.empty(0)


def plain(x: Tensor, weight: Tensor, bias: Tensor, padding: tuple[int, int]) -> Tensor:
    sums = functional.conv1d(functional.pad(x.transpose(1, 2), padding), weight, bias)
    return functional.max_pool1d(torch.relu(sums), weight.shape[2]).transpose(1, 2)


@pytest.mark.parametrize(("shape", "filters"), [((1, 3, 1), 1), ((2, 27, 5), 7), ((3, 81, 32), 8)])
def test_six_products_do_the_work_of_nine(shape: tuple[int, int, int], filters: int) -> None:
    torch.manual_seed(0)
    x = torch.randn(shape, dtype=torch.float64).relu()
    weight, bias = torch.randn(filters, shape[2], 3).double(), torch.randn(filters).double()
    short = Short(weight, bias, torch.empty(0, dtype=torch.float64))
    torch.testing.assert_close(short(x), plain(x, weight, bias, (1, 1)))


def test_a_slab_between_its_neighbours_is_not_padded() -> None:
    torch.manual_seed(0)
    x = torch.randn(1 + 27 + 1, 5).relu()
    weight, bias = torch.randn(7, 5, 3), torch.randn(7)
    expected = plain(x[None], weight, bias, (0, 0))[0]
    torch.testing.assert_close(Short(weight, bias, LIKE).between(x), expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("width", [2, 3, 4, 5])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_pooling_before_the_relu_changes_nothing(width: int, dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    padding = (width // 2, (width - 1) // 2)
    x = torch.randn(2, 12 * width, 6).relu()
    weight, bias = torch.randn(7, 6, width), torch.randn(7) - 2  # most sums are negative
    got = Direct(weight, bias, padding, torch.empty(0, dtype=dtype))(x.to(dtype))
    expected = plain(x, weight, bias, padding)
    assert got.dtype == dtype
    assert 0.2 < (expected == 0).float().mean() < 0.95
    tolerance = 1e-5 if dtype == torch.float32 else 0.1
    torch.testing.assert_close(got.float(), expected, atol=tolerance, rtol=tolerance)


@pytest.mark.parametrize(("width", "stride", "padding"), [(3, 3, 0), (3, 3, 1), (5, 2, 0), (4, 4, 2)])
def test_the_first_layer_is_a_matrix_product(width: int, stride: int, padding: int) -> None:
    torch.manual_seed(0)
    waveform, weight, bias = torch.randn(2, 60), torch.randn(4, 1, width), torch.randn(4)
    expected = functional.conv1d(waveform[:, None], weight, bias, stride=stride, padding=padding).relu()
    first = First(weight, bias, stride, padding, LIKE)
    columns = first.columns(waveform, 1)
    got = first.apply(columns.flatten(0, 1)).view(2, -1, 4)
    torch.testing.assert_close(got[:, 1:-1], expected.transpose(1, 2))
    assert not got[:, 0].any(), "the margin is silent, whatever the bias"
    assert not got[:, -1].any(), "the margin is silent, whatever the bias"
