package recommend

// Tunables are the controls with what can be chosen of them.
func Tunables() []Tunable {
	span := func(name string, lo, hi float64) Param { return Param{Name: name, Lo: lo, Hi: hi} }
	ratio := func(name string, lo, hi float64) Param { return Param{Name: name, Lo: lo, Hi: hi, Log: true} }
	whole := func(name string, lo, hi float64) Param {
		return Param{Name: name, Lo: lo, Hi: hi, Log: true, Whole: true}
	}
	rate := span("decay", .5, 1)
	decay := func(v map[string]float64) Decay { return Decay{Rate: float32(v["decay"])} }
	return []Tunable{
		{"popularity", []Param{rate}, func(v map[string]float64) Method { return Popular(decay(v)) }, Popular(Decay{})},
		{"personal frequency", []Param{rate}, func(v map[string]float64) Method { return Personal(decay(v), true) }, Personal(Decay{}, true)},
		{"ItemKNN", []Param{whole("neighbours", 20, 500), ratio("shrink", .5, 200), rate}, func(v map[string]float64) Method {
			return ItemKNN(KNN{Neighbours: int(v["neighbours"]), Shrink: v["shrink"], Decay: decay(v)})
		}, ItemKNN(KNN{})},
		{"EASE", []Param{ratio("lambda", 10, 3000), rate}, func(v map[string]float64) Method {
			return EASE(Ease{Lambda: v["lambda"], Input: decay(v)})
		}, EASE(Ease{Lambda: 300})},
		{"GF-CF", []Param{whole("rank", 32, 256), span("ideal", .05, 1.5)}, func(v map[string]float64) Method {
			return GFCF(Filter{Rank: int(v["rank"]), Ideal: v["ideal"]})
		}, GFCF(Filter{})},
		{"UP-CF", []Param{whole("window", 1, 60), span("locality", 1, 12), span("asym", .05, .95)}, func(v map[string]float64) Method {
			return UPCF(UserPopularity{Window: int(v["window"]), Locality: v["locality"], Asym: v["asym"]})
		}, UPCF(UserPopularity{})},
		{"TIFU-KNN", []Param{whole("neighbours", 50, 900), span("own", .05, .95), whole("group", 2, 15), span("basket decay", .5, 1), span("group decay", .3, 1)}, func(v map[string]float64) Method {
			return TIFUKNN(TIFU{Neighbours: int(v["neighbours"]), Own: v["own"], Group: int(v["group"]), BasketDecay: v["basket decay"], GroupDecay: v["group decay"]})
		}, TIFUKNN(TIFU{})},
		{"Markov", []Param{whole("window", 1, 10), span("gap", .3, 1), ratio("shrink", .5, 50), rate}, func(v map[string]float64) Method {
			return Markov(Chain{Window: int(v["window"]), Gap: v["gap"], Shrink: v["shrink"], Input: decay(v)})
		}, Markov(Chain{})},
		{"linear transitions", []Param{ratio("lambda", 30, 5000), span("decay", .6, 1)}, func(v map[string]float64) Method {
			return Transitions(Linear{Lambda: v["lambda"], Input: decay(v)})
		}, Transitions(Linear{Lambda: 300})},
	}
}
