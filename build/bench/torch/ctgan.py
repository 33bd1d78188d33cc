"""One training step of CTGAN (Xu et al., Modeling Tabular Data using
Conditional GAN, 2019) as the ctgan package writes it: 500 rows of 300 columns
with conditions of 100, packed by tens."""
import torch
from torch import nn
from torch.nn import functional as F

BATCH, PAC, LATENT, DATA, COND, HIDDEN = 500, 10, 128, 300, 100, 256
# 20 numbers: a tanh each and 9 modes each; then 10 categories of 10 levels.
# Blocks of one width lie side by side, so that one call does them all; the
# package loops over blocks, which takes a tenth longer.
NUMBERS, MODES, CATEGORIES, LEVELS = 20, 9, 10, 10


class Residual(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.fc, self.bn = nn.Linear(i, o), nn.BatchNorm1d(o)

    def forward(self, x):
        return torch.cat([F.relu(self.bn(self.fc(x))), x], 1)


def activate(logits):
    values, modes, levels = logits.split([NUMBERS, NUMBERS * MODES, CATEGORIES * LEVELS], 1)
    return torch.cat([
        torch.tanh(values),
        F.gumbel_softmax(modes.reshape(BATCH, NUMBERS, MODES), tau=0.2).view(BATCH, -1),
        F.gumbel_softmax(levels.reshape(BATCH, CATEGORIES, LEVELS), tau=0.2).view(BATCH, -1),
    ], 1)


class CTGAN:
    def __init__(self):
        torch.manual_seed(1)
        self.g = nn.Sequential(Residual(LATENT + COND, HIDDEN), Residual(LATENT + COND + HIDDEN, HIDDEN),
                               nn.Linear(LATENT + COND + 2 * HIDDEN, DATA))
        self.d = nn.Sequential(nn.Linear((DATA + COND) * PAC, HIDDEN), nn.LeakyReLU(0.2), nn.Dropout(0.5),
                               nn.Linear(HIDDEN, HIDDEN), nn.LeakyReLU(0.2), nn.Dropout(0.5), nn.Linear(HIDDEN, 1))
        adam = dict(lr=2e-4, betas=(0.5, 0.9), weight_decay=1e-6, fused=True)
        self.adam_g = torch.optim.Adam(self.g.parameters(), **adam)
        self.adam_d = torch.optim.Adam(self.d.parameters(), **adam)
        self.real = torch.cat([activate(torch.randn(BATCH, DATA)) for _ in range(40)])

    def conditions(self):
        column = torch.randint(CATEGORIES, (BATCH,))
        level = torch.randint(LEVELS, (BATCH,))
        cond = torch.zeros(BATCH, COND)
        cond[torch.arange(BATCH), column * LEVELS + level] = 1
        return cond, column, level

    def critic(self, x):
        return self.d(x.view(-1, (DATA + COND) * PAC))

    def penalty(self, real, fake):
        a = torch.rand(BATCH // PAC, 1, 1)
        shape = (BATCH // PAC, PAC, DATA + COND)
        x = (a * real.view(shape) + (1 - a) * fake.view(shape)).view(BATCH, -1).requires_grad_()
        y = self.critic(x)
        slope, = torch.autograd.grad(y.sum(), x, create_graph=True)
        return ((slope.view(-1, PAC * (DATA + COND)).norm(2, dim=1) - 1) ** 2).mean() * 10

    def step(self):
        cond, _, _ = self.conditions()
        with torch.no_grad():
            fake = torch.cat([activate(self.g(torch.cat([torch.randn(BATCH, LATENT), cond], 1))), cond], 1)
        shuffled = torch.randperm(BATCH)
        rows = self.real[torch.randint(len(self.real), (BATCH,))]
        real = torch.cat([rows, cond[shuffled]], 1)
        y = self.critic(torch.cat([real, fake]))
        half = BATCH // PAC
        loss_d = y[half:].mean() - y[:half].mean() + self.penalty(real, fake)
        self.adam_d.zero_grad()
        loss_d.backward()
        self.adam_d.step()

        cond, column, level = self.conditions()
        logits = self.g(torch.cat([torch.randn(BATCH, LATENT), cond], 1))
        fake = torch.cat([activate(logits), cond], 1)
        # The cross entropy of the category that the condition names.
        own = logits[:, DATA - COND:].view(BATCH, CATEGORIES, LEVELS)[torch.arange(BATCH), column]
        loss_g = F.cross_entropy(own, level) - self.critic(fake).mean()
        self.adam_g.zero_grad()
        # The critic's own gradients are not wanted here.
        self.d.requires_grad_(False)
        loss_g.backward()
        self.d.requires_grad_(True)
        self.adam_g.step()
        return loss_d.item(), loss_g.item()
