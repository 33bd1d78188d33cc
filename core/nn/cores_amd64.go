package nn

import "github.com/klauspost/cpuid/v2"

// threadsPerCore is 2 where the processor's hyper-threading is on.
var threadsPerCore = max(1, cpuid.CPU.ThreadsPerCore)
