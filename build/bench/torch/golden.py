"""Prints what core/train's tests pin: the losses of some steps of the small
models there, from weights and draws that both sides compute from a formula.
Run it with build/bench/venv/bin/python after a change of the models."""
import gzip
import os
import tempfile

import numpy
import torch
from torch.nn import functional as F

import ctgan
import lightgcn
import lstm


def wave(n, seed, scale):
    i = numpy.arange(n)
    return ((((i * 7919 + seed * 104729) % 1009) / 1009 - 0.5) * 2 * scale).astype(numpy.float32)


def tensor(shape, seed, scale, plus=0):
    return torch.from_numpy(wave(int(numpy.prod(shape)), seed, scale).reshape(shape) + numpy.float32(plus))


def put(parameter, seed, scale, transposed=False):
    shape = parameter.shape[::-1] if transposed else parameter.shape
    x = tensor(tuple(shape), seed, scale)
    parameter.data = x.t().contiguous() if transposed else x


def show(name, losses):
    print(f"{name}: " + ", ".join(f"{x:.8g}" for x in losses))


def golden_lstm():
    lstm.IN, lstm.HIDDEN, lstm.STEPS, lstm.BATCH, lstm.CLASSES = 6, 5, 4, 7, 8
    m = lstm.LSTM()
    m.adam.param_groups[0]["lr"] = 0.05
    m.x = tensor((4, 7, 6), 1, 1)
    m.next = torch.arange(28) * 5 % 8
    put(m.lstm.weight_ih_l0, 2, 0.7, True)
    put(m.lstm.weight_hh_l0, 3, 0.7, True)
    put(m.lstm.bias_ih_l0, 4, 0.7)
    m.lstm.bias_hh_l0.data.zero_()
    m.lstm.bias_hh_l0.requires_grad_(False)  # one bias, as ours
    put(m.head.weight, 5, 0.7, True)
    put(m.head.bias, 6, 0.7)
    show("lstm", [m.step() for _ in range(5)])


def golden_ctgan():
    c = ctgan
    c.BATCH, c.PAC, c.LATENT, c.COND, c.HIDDEN = 20, 5, 6, 10, 12
    c.NUMBERS, c.MODES, c.CATEGORIES, c.LEVELS = 3, 4, 2, 5
    c.DATA = 3 * 5 + 10
    m = c.CTGAN()
    for d in m.d:
        if isinstance(d, torch.nn.Dropout):
            d.p = 0
    at = 0
    for block in m.g:
        fc = block.fc if isinstance(block, c.Residual) else block
        put(fc.weight, at, 0.5, True)
        if fc is block:
            put(fc.bias, at + 1, 0.5)
        else:  # the norm removes the bias
            fc.bias.data.zero_()
            fc.bias.requires_grad_(False)
            put(block.bn.weight, at + 1, 0.5)
            put(block.bn.bias, at + 2, 0.5)
            at += 3
    for i, fc in enumerate(d for d in m.d if isinstance(d, torch.nn.Linear)):
        put(fc.weight, 10 + 2 * i, 0.5, True)
        put(fc.bias, 11 + 2 * i, 0.5)

    now = {"step": 0, "player": 0}

    def soft(logits, tau):
        e = tensor((c.BATCH, c.DATA), 200 + 2 * now["step"] + now["player"], 0.5, 0.55)
        first = c.NUMBERS if logits.shape[2] == c.MODES else c.NUMBERS * (1 + c.MODES)
        e = e[:, first:first + logits.shape[1] * logits.shape[2]].reshape(logits.shape)
        return F.softmax((logits - e.log()) / tau, 2)

    def conditions():
        r, i, p = torch.arange(c.BATCH), now["step"], now["player"]
        column, level = (r * 7 + i + p) % c.CATEGORIES, (r * 3 + i + p) % c.LEVELS
        cond = torch.zeros(c.BATCH, c.COND)
        cond[r, column * c.LEVELS + level] = 1
        return cond, column, level

    m.conditions = conditions
    c.F.gumbel_softmax = soft
    torch.randn = lambda *s: tensor(s, 100 + 2 * now["step"] + now["player"], 2)
    torch.rand = lambda *s: tensor(s, 400 + now["step"], 0.5, 0.5)
    torch.randperm = lambda n: torch.arange(n - 1, -1, -1)
    torch.randint = lambda *_: torch.arange(c.BATCH)
    losses = []
    step_d = m.adam_d.step

    def critic_done():
        now["player"] = 1
        step_d()

    m.adam_d.step = critic_done
    for i in range(4):
        now.update(step=i, player=0)
        m.real = tensor((c.BATCH, c.DATA), 300 + i, 0.5, 0.5)
        losses += m.step()
    show("ctgan", losses)


def golden_lightgcn():
    lightgcn.DIM, lightgcn.BATCH = 5, 9
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SHOPTWIN_DATA"] = folder
        os.mkdir(os.path.join(folder, "gowalla"))
        with gzip.open(os.path.join(folder, "gowalla", "train.txt.gz"), "wt") as lines:
            for u in range(6):
                print(u, *((u * 3 + j * 5) % 8 for j in range(u % 3 + 2)), file=lines)
        models = [lightgcn.LightGCN(layout) for layout in ("csr", "coo")]
    step = 0
    torch.randint = lambda n, shape: (torch.arange(shape[0]) * 7 + step) % n
    for m in models:
        m.table.data = tensor(tuple(m.table.shape), 1, 2)
        m.adam.param_groups[0]["lr"] = 0.05
        losses = []
        for step in range(5):
            losses.append(m.step())
        show("lightgcn", losses)


golden_lstm()
golden_ctgan()
golden_lightgcn()
