package synth

import (
	"fmt"

	"shoptwin/core"
	"shoptwin/core/encode"
)

// Config is what was chosen for one training; the zero value is the default.
// Which fields an engine reads is its own affair; the comments are the GAN's.
// A weight or share that shall be none is given as a negative number.
type Config struct {
	Engine string        `json:"engine,omitempty"` // "gan"
	Encode encode.Config `json:"encode"`

	Steps     int     `json:"steps,omitempty"`     // generator updates; 1900
	Batch     int     `json:"batch,omitempty"`     // rows a step; 500
	Hidden    int     `json:"hidden,omitempty"`    // width of the generator's hidden layers; 128
	Critic    int     `json:"critic,omitempty"`    // width of the discriminator's hidden layer; 256
	Latent    int     `json:"latent,omitempty"`    // width of the noise; 128
	LearnRate float64 `json:"learnRate,omitempty"` // Adam, both nets; 3e-3
	Decay     float64 `json:"decay,omitempty"`     // learning rate at the end, as a share of LearnRate, falling over the last half; .02
	Moment    float64 `json:"moment,omitempty"`    // weight of the pair-moment loss; .2
	Sigma     float64 `json:"sigma,omitempty"`     // noise of the discriminator's regulariser; .3
	Gamma     float64 `json:"gamma,omitempty"`     // weight of that regulariser; 1
	Tau       float64 `json:"tau,omitempty"`       // temperature of the Gumbel softmax the discriminator sees; .2
	WarmUp    float64 `json:"warmUp,omitempty"`    // share of the steps with the moment loss alone; .1
	EMA       float64 `json:"ema,omitempty"`       // decay of the averaged generator that samples; .995
	Loss      string  `json:"loss,omitempty"`      // of the two players: nonsaturating, hinge, relativistic or wasserstein; "nonsaturating"
	Depth     int     `json:"depth,omitempty"`     // the generator's hidden layers, up to 6; 2
	HoldOut   float64 `json:"holdOut,omitempty"`   // share of the training rows set aside for early stopping; .1

	// The tree engine, see [Trees].
	Trees  int     `json:"trees,omitempty"`  // for each block; 8
	Leaf   int     `json:"leaf,omitempty"`   // rows of a leaf at least, of those that shape it; 25, where raked a hundredth of the rows up to 100
	Share  float64 `json:"share,omitempty"`  // share of the rows that give a tree its shape; .5
	Smooth float64 `json:"smooth,omitempty"` // rows' worth of its parent in every node; 5

	// The marginal engine: differential privacy, see [Marginal].
	Epsilon    float64 `json:"epsilon,omitempty"`    // privacy promised; 1
	Delta      float64 `json:"delta,omitempty"`      // chance that it is not kept; 1e-5
	PersonRows int     `json:"personRows,omitempty"` // rows that belong to one person at most, whose traces are hidden together; 1
	Person     string  `json:"person,omitempty"`     // column that names the person: further rows are left out; "": it is taken on trust
	// Public says a line what is known of a column without looking at the
	// rows: the range of a number, "age=0..120", or all values of a text,
	// "sex=Female|Male". It costs nothing, and is not checked.
	Public string `json:"public,omitempty"`
	// Repeatable tells that the caller chose the noise's seed, which makes the
	// promise void towards anybody who knows it. It is for the record.
	Repeatable bool `json:"repeatable,omitempty"`

	// Rake reweights a pool of generated rows to the training table's pair
	// tables while sampling. The model then keeps those tables, cells below
	// Encode.MinCount suppressed. It is not a private mechanism.
	Rake bool `json:"rake,omitempty"`
}

// WithDefaults returns c with every zero replaced by its default.
func (c Config) WithDefaults() Config {
	c.Encode = c.Encode.WithDefaults()
	if c.Engine == "" {
		c.Engine = "gan"
	}
	ints := func(p *int, v int) {
		if *p <= 0 {
			*p = v
		}
	}
	switch c.Engine {
	case "autoregressive":
		ints(&c.Steps, 3000)
		ints(&c.Batch, 1000)
		ints(&c.Hidden, 256)
	case "marginal", "dpgan":
		if c.Epsilon == 0 {
			c.Epsilon = 1
		}
		if c.Delta == 0 {
			c.Delta = 1e-5
		}
		ints(&c.PersonRows, 1)
		if c.Engine == "dpgan" {
			ints(&c.Steps, 1000)
			ints(&c.Critic, 32)
			ints(&c.Depth, 2)
			if c.WarmUp == 0 {
				c.WarmUp = .6
			}
			if c.Loss == "" {
				c.Loss = "nonsaturating"
			}
		}
	case "tree":
		ints(&c.Trees, 8)
		if c.Share == 0 {
			c.Share = .5
		}
		if c.Smooth == 0 {
			c.Smooth = 5
		}
	case "gan":
		ints(&c.Depth, 2)
		if c.Loss == "" {
			c.Loss = "nonsaturating"
		}
	case "vae":
		ints(&c.Hidden, 256)
		ints(&c.Latent, 64)
	}
	ints(&c.Steps, 1900)
	ints(&c.Batch, 500)
	ints(&c.Hidden, 128)
	ints(&c.Critic, 256)
	ints(&c.Latent, 128)
	floats := func(p *float64, v float64) {
		if *p == 0 {
			*p = v
		}
	}
	floats(&c.LearnRate, 3e-3)
	floats(&c.Decay, .02)
	floats(&c.Moment, .2)
	floats(&c.Sigma, .3)
	floats(&c.Gamma, 1)
	floats(&c.Tau, .2)
	floats(&c.WarmUp, .1)
	floats(&c.EMA, .995)
	floats(&c.HoldOut, .1)
	return c
}

// Effort returns an engine's Config behind the three words a person chooses
// from, for a table of that many rows: "quick", "balanced" (or ""), "best".
//
// Steps are what costs time; they do not grow with the rows, because a step
// sees Batch rows whatever the table. Small tables take fewer, as they are
// learned by heart otherwise.
func Effort(engine, name string, rows int) (Config, error) {
	c := Config{Engine: engine}
	if engine == "tree" {
		levels(&c.Encode, rows)
	}
	c = c.WithDefaults()
	switch name {
	case "quick":
		c.Steps /= 2
	case "", "balanced":
	case "best":
		c.Steps = c.Steps * 5 / 2
	default:
		return c, core.Errorf(core.Invalid, "effort %q is not known", name).WithHint("choose quick, balanced or best")
	}
	if rows < 5000 {
		c.Steps = max(300, c.Steps*max(rows, 1)/5000)
	}
	return c, nil
}

// String describes c in a line, defaults filled in.
func (c Config) String() string {
	c = c.WithDefaults()
	if c.Engine == "tree" {
		return fmt.Sprintf("%s, %d trees a block of leaves of %d rows or more, %d bins, values of %d rows or more", c.Engine, c.Trees, max(c.Leaf, leastLeaf), c.Encode.Bins, c.Encode.MinCount)
	}
	if c.Engine == "marginal" || c.Engine == "dpgan" {
		return fmt.Sprintf("%s, epsilon %g, delta %g, %d rows a person", c.Engine, c.Epsilon, c.Delta, c.PersonRows)
	}
	s := fmt.Sprintf("%s, %d steps of %d rows, hidden %d, latent %d, learning rate %g, moment loss %g, %d bins, values of %d rows or more",
		c.Engine, c.Steps, c.Batch, c.Hidden, c.Latent, c.LearnRate, c.Moment, c.Encode.Bins, c.Encode.MinCount)
	if c.Rake {
		s += ", raked"
	}
	return s
}
