"""One training step of a sequence model: an LSTM of 128 inputs and 64 states
over 256 sequences of 30 steps, and after every step which of 100 classes is
next."""
import torch
from torch import nn
from torch.nn import functional as F

IN, HIDDEN, STEPS, BATCH, CLASSES = 128, 64, 30, 256, 100


class LSTM:
    def __init__(self):
        torch.manual_seed(1)
        self.lstm, self.head = nn.LSTM(IN, HIDDEN), nn.Linear(HIDDEN, CLASSES)
        self.adam = torch.optim.Adam([*self.lstm.parameters(), *self.head.parameters()], lr=1e-3, fused=True)
        self.x = torch.randn(STEPS, BATCH, IN)
        self.next = torch.randint(CLASSES, (STEPS * BATCH,))

    def step(self):
        h, _ = self.lstm(self.x)
        loss = F.cross_entropy(self.head(h.view(-1, HIDDEN)), self.next)
        self.adam.zero_grad()
        loss.backward()
        self.adam.step()
        return loss.item()
