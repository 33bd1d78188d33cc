"""OpenBLAS's matrix product, called as a C library."""
import ctypes
import os
import time

import numpy
import scipy_openblas32

folder = scipy_openblas32.get_lib_dir()
lib = ctypes.CDLL(os.path.join(folder, next(f for f in os.listdir(folder) if f.startswith("libscipy"))))
ROW_MAJOR, PLAIN, TRANSPOSED = 101, 111, 112
i, f, p = ctypes.c_int, ctypes.c_float, ctypes.c_void_p
lib.scipy_cblas_sgemm.argtypes = [i, i, i, i, i, i, f, p, i, p, i, f, p, i]
lib.scipy_openblas_get_config.restype = ctypes.c_char_p


def version():
    return lib.scipy_openblas_get_config().decode()


def measure(q):
    """Times products C = op(A)·op(B) of m x n x k for q["ms"] milliseconds.
    form is NN, NT or TN: which of A and B are stored transposed."""
    m, n, k, form = q["m"], q["n"], q["k"], q["form"]
    lib.scipy_openblas_set_num_threads(q["threads"])
    rng = numpy.random.default_rng(1)
    a, b = rng.standard_normal(m * k, numpy.float32), rng.standard_normal(k * n, numpy.float32)
    c = numpy.zeros(m * n, numpy.float32)
    lda, ldb = (m if form[0] == "T" else k), (k if form[1] == "T" else n)
    args = [ROW_MAJOR, *(TRANSPOSED if t == "T" else PLAIN for t in form), m, n, k,
            1, a.ctypes.data, lda, b.ctypes.data, ldb, 0, c.ctypes.data, n]
    lib.scipy_cblas_sgemm(*args)
    times, end = [], time.perf_counter() + q["ms"] / 1e3
    while True:
        start = time.perf_counter()
        lib.scipy_cblas_sgemm(*args)
        now = time.perf_counter()
        times.append((now - start) * 1e3)
        if now > end and len(times) > 2:
            return {"ms": times}
