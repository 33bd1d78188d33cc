"""The network of customers' behaviour on ML-1M: vectors of 128 that are both
what goes in and what comes out, an LSTM of 128 states, dropout, and a softmax
among sampled items, corrected for how often they are sampled. A step has 32
windows of 200 events.

    python behaviour.py EPOCHS

trains on everything, as `accept -only movies` does with ours (1,024 sampled
items, a fifth of the targets the next item, the others the one after), and
prints NDCG@10 of each user's last item among all that she has not seen, the
CPU seconds, and the clock's. A step of the benchmark has 512 sampled items and the next
item for a target."""
import gzip
import math
import os
import random
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

DIM, LENGTH, BATCH, SAMPLE, DROP, SKIP = 128, 200, 6400, 512, 0.25, 0.25


def read(name):
    with gzip.open(os.path.join(os.environ["SHOPTWIN_DATA"], "ml1m", name + ".txt.gz"), "rt") as lines:
        return [list(map(int, line.split())) for line in lines]


class Behaviour:
    def __init__(self, rate=1e-3, sample=SAMPLE, ahead=(1.0,)):
        torch.manual_seed(1)
        random.seed(1)
        self.train = read("train")
        self.items = max(map(max, self.train)) + 1
        events = torch.tensor([item for s in self.train for item in s])
        share = torch.bincount(events, minlength=self.items).clamp(min=0.5) / len(events)
        self.sample, self.ahead = sample, ahead
        self.events, self.logq = events, (share * sample).log()
        self.table = nn.Parameter((torch.rand(self.items, DIM) * 2 - 1) / math.sqrt(DIM))
        self.bias = nn.Parameter(share.log() - share.log().mean())
        self.lstm, self.drop = nn.LSTM(DIM, DIM), nn.Dropout(DROP)
        self.adam = torch.optim.Adam([self.table, self.bias, *self.lstm.parameters()], lr=rate, fused=True)
        self.whole = [s[:LENGTH + 1] for s in self.train if len(s) > LENGTH]

    def loss(self, windows):
        steps = max(map(len, windows)) - 1
        x = torch.zeros(steps, len(windows), dtype=torch.long)
        y = torch.full((steps, len(windows)), -1)
        for i, s in enumerate(windows):
            far = random.choices(range(len(self.ahead)), self.ahead, k=len(s) - 1)
            x[:len(s) - 1, i] = torch.tensor(s[:-1])
            y[:len(s) - 1, i] = torch.tensor([s[min(len(s) - 1, t + 1 + d)] for t, d in enumerate(far)])
        h, _ = self.lstm(self.drop(self.table[x] * math.sqrt(DIM)))
        there = y >= 0
        h, y = self.drop(h)[there], y[there]
        other = self.events[torch.randint(len(self.events), (self.sample,))]
        own = (h * self.table[y]).sum(1) + self.bias[y] - self.logq[y]
        z = h @ self.table[other].T + self.bias[other] - self.logq[other]
        z = z.masked_fill(other == y[:, None], -math.inf)
        return F.cross_entropy(torch.cat([own[:, None], z], 1), torch.zeros(len(y), dtype=torch.long))

    def learn(self, windows):
        loss = self.loss(windows)
        self.adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.adam.param_groups[0]["params"], 5)
        self.adam.step()
        return loss.item()

    def step(self):
        return self.learn(random.sample(self.whole, BATCH // LENGTH))

    def windows(self):
        """All events, cut from each user's last one backwards, in batches of
        about one length."""
        cut = []
        for s in self.train:
            to = len(s)
            while to > 1:
                window = s[max(0, to - LENGTH - 1):to]
                thin = [item for item in window if random.random() >= SKIP]
                cut.append(thin if len(thin) > 1 else window)
                to -= LENGTH
        cut.sort(key=lambda s: len(s) * (1 + random.random() / 10))
        batches, batch = [], []
        for s in cut:
            if batch and (len(batch) + 1) * len(s) > BATCH:
                batches.append(batch)
                batch = []
            batch.append(s)
        random.shuffle(batches)
        return batches + [batch]

    @torch.no_grad()
    def ndcg(self):
        self.drop.eval()
        total, last = 0.0, read("testout")
        for lo in range(0, len(last), 64):
            seen = self.train[lo:lo + 64]
            x = torch.zeros(LENGTH, len(seen), dtype=torch.long)
            for i, s in enumerate(seen):
                x[:len(s[-LENGTH:]), i] = torch.tensor(s[-LENGTH:])
            h, _ = self.lstm(self.table[x] * math.sqrt(DIM))
            end = torch.tensor([min(len(s), LENGTH) - 1 for s in seen])
            scores = h[end, torch.arange(len(seen))] @ self.table.T + self.bias
            for z, s, (want, *_) in zip(scores, seen, last[lo:]):
                own = z[want].clone()
                z[torch.tensor(s)] = -math.inf
                rank = (z > own).sum().item()
                total += 1 / math.log2(rank + 2) if rank < 10 else 0
        self.drop.train()
        return total / len(last)


if __name__ == "__main__":
    rate = 4e-3
    epochs, net = int(sys.argv[1]), Behaviour(rate, 1024, (0.2, 0.8))
    mean = [p.detach().clone() for p in net.adam.param_groups[0]["params"]]
    steps, step = epochs * len(net.windows()), 0
    begun, clock = time.process_time(), time.time()
    for _ in range(epochs):
        for batch in net.windows():
            at = step / steps
            factor = min(1, (step + 1) / (0.02 * steps + 1))
            if at > 0.3:
                factor = 0.05 + 0.95 * (1 + math.cos(math.pi * min(1, (at - 0.3) / 0.7))) / 2
            net.adam.param_groups[0]["lr"] = rate * factor
            net.learn(batch)
            step += 1
            decay = min(0.99, step / (step + 9))
            for m, p in zip(mean, net.adam.param_groups[0]["params"]):
                m.mul_(decay).add_(p.detach(), alpha=1 - decay)
    seconds, passed = time.process_time() - begun, time.time() - clock
    for m, p in zip(mean, net.adam.param_groups[0]["params"]):
        p.data.copy_(m)
    print(f"NDCG@10 {net.ndcg():.4f}, {seconds:.0f} CPU s, {passed:.0f} s")
