"""The other side of the measurements: PyTorch and OpenBLAS. Reads a request a
line from standard input and answers each with a line, both JSON:

    {"do": "lstm", "threads": 2, "steps": 10}  ->  {"ms": [...], "loss": [...]}

One process serves all requests, one after the other, so that starting Python
and warming up are in no figure."""
import json
import os
import sys
import time

# Idle threads of OpenBLAS look for work for 2^20 cycles, not 2^26: they must
# sleep before the other side's turn.
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "20")

import numpy
import torch

import behaviour
import blas
import ctgan
import lightgcn
import lstm

makers = {
    "ctgan": ctgan.CTGAN,
    "lstm": lstm.LSTM,
    "behaviour": behaviour.Behaviour,
    "lightgcn coo": lambda: lightgcn.LightGCN("coo"),
    "lightgcn csr": lambda: lightgcn.LightGCN("csr"),
}
models = {}


def timed(call, n):
    times, results = [], []
    for _ in range(n):
        start = time.perf_counter()
        results.append(call())
        times.append((time.perf_counter() - start) * 1e3)
    return times, results


def model(name):
    if name not in models:
        models[name] = makers[name.removesuffix(" compiled")]()
        if name.endswith(" compiled"):
            models[name].step = torch.compile(models[name].step)
    return models[name]


def answer(q):
    if q["do"] == "versions":
        return {"torch": torch.__version__, "numpy": numpy.__version__, "openblas": blas.version(),
                "instructions": torch.backends.cpu.get_cpu_capability()}
    if q["do"] == "sgemm":
        return blas.measure(q)
    torch.set_num_threads(q["threads"])
    step = model(q["do"]).step
    timed(step, q.get("warmup", 1))
    ms, losses = timed(step, q["steps"])
    return {"ms": ms, "loss": losses}


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as e:  # the asker says what this means
        reply = {"error": f"{type(e).__name__}: {e}"}
    print(json.dumps(reply), flush=True)
