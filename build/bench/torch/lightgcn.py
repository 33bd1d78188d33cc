"""One training step of LightGCN (He et al., LightGCN: Simplifying and Powering
Graph Convolution Network for Recommendation, 2020) on its own split of
Gowalla: 64 dimensions, 3 layers, batches of 2,048, BPR loss with L2 1e-4.

The graph comes in two layouts: as coordinates, which is what the authors'
program uses, and as compressed rows, which PyTorch multiplies much faster."""
import gzip
import os
import warnings

import torch
from torch.nn import functional as F

DIM, LAYERS, BATCH, DECAY = 64, 3, 2048, 1e-4


class Propagate(torch.autograd.Function):
    """A·x for the symmetric A: the gradient is A·dy, without transposing."""

    @staticmethod
    def forward(ctx, a, x):
        ctx.a = a
        return a @ x

    @staticmethod
    def backward(ctx, dy):
        return None, ctx.a @ dy


class LightGCN:
    def __init__(self, layout):
        torch.manual_seed(1)
        users, items = [], []
        with gzip.open(os.path.join(os.environ["SHOPTWIN_DATA"], "gowalla", "train.txt.gz"), "rt") as lines:
            for line in lines:
                user, *own = map(int, line.split())
                users += [user] * len(own)
                items += own
        self.user, self.item = torch.tensor(users), torch.tensor(items)
        self.users, self.items = max(users) + 1, max(items) + 1
        n = self.users + self.items
        at = torch.stack([torch.cat([self.user, self.item + self.users]),
                          torch.cat([self.item + self.users, self.user])])
        degree = torch.bincount(at[0], minlength=n).float()
        weight = (degree[at[0]] * degree[at[1]]).rsqrt()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that compressed rows are new
            graph = torch.sparse_coo_tensor(at, weight, (n, n)).coalesce()
            self.graph = graph.to_sparse_csr() if layout == "csr" else graph
        self.table = torch.nn.Parameter(torch.randn(n, DIM) * 0.1)
        self.adam = torch.optim.Adam([self.table], lr=1e-3, fused=True)

    def batches(self):
        return (len(self.user) + BATCH - 1) // BATCH

    def step(self):
        rows = torch.randint(len(self.user), (BATCH,))
        user, good = self.user[rows], self.item[rows] + self.users
        bad = torch.randint(self.items, (BATCH,)) + self.users
        x, mean = self.table, self.table
        for _ in range(LAYERS):
            x = Propagate.apply(self.graph, x)
            mean = mean + x
        mean = mean / (LAYERS + 1)
        u, p, n = mean[user], mean[good], mean[bad]
        loss = F.softplus((u * n).sum(1) - (u * p).sum(1)).mean()
        own = torch.cat([self.table[user], self.table[good], self.table[bad]])
        loss = loss + DECAY / 2 * own.pow(2).sum() / BATCH
        self.adam.zero_grad()
        loss.backward()
        self.adam.step()
        return loss.item()
