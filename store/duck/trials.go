package duck

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"shoptwin/core/recipe"
)

// mostTried is how many cells of steps are kept between previews, some 100 MB.
const mostTried = 6_000_000

// trials keeps what the steps of the last preview made, as temporary tables of
// a connection of its own: who writes a recipe changes one step, mostly the
// last, and the steps before it need not run again.
type trials struct {
	mu      sync.Mutex
	main    *conn // where the datasets are
	c       *conn // where the steps are tried: the desk, or main
	one     *DB   // the desk's, see [trials.desk]
	alone   bool  // for one preview, which makes no desk
	from    string
	version int64 // of the datasets
	done    []attempt
}

// attempt is a step that ran, and what stood after it.
type attempt struct {
	step  string // as JSON
	after steps
	drops []string // statements that drop what it made
}

// ready returns the connection for a recipe: a new one where the datasets are
// no longer what they were.
func (t *trials) ready(ctx context.Context, db *DB, r *recipe.Recipe) (*conn, error) {
	version, tables := db.version.Load(), r.Tables()
	if t.c != nil && t.from == r.From && t.version == version && t.fits(ctx, tables) == (t.c != t.main) {
		return t.c, nil
	}
	t.forget()
	var err error
	if t.main, err = db.connect(); err != nil {
		return nil, err
	}
	t.main.known = map[string]*dataset{}
	t.c, t.from, t.version = t.main, r.From, version
	if t.fits(ctx, tables) {
		if t.c, err = t.desk(); err != nil {
			t.c = t.main
			t.forget()
		}
	}
	return t.c, err
}

// lay brings the tables of a recipe to where it is tried, and returns the
// sample of the first.
func (t *trials) lay(ctx context.Context, r *recipe.Recipe, d *dataset) (in string, n int64, err error) {
	if in, n, err = t.main.sampleOf(ctx, r.From, d); err != nil {
		return "", 0, err
	}
	if in, err = t.c.lay(ctx, in, d.fields()); err != nil {
		return "", 0, err
	}
	for _, name := range r.Tables()[1:] {
		d, err := t.main.dataset(ctx, name)
		if err != nil {
			return "", 0, err
		}
		if _, err := t.c.lay(ctx, "main."+ident(name), d.fields()); err != nil {
			return "", 0, err
		}
	}
	return in, n, nil
}

// forget closes the connection, with which its tables go.
func (t *trials) forget() {
	if t.c != nil && t.c != t.main {
		t.c.close()
	}
	if t.main != nil {
		t.main.close()
	}
	t.main, t.c, t.done = nil, nil, nil
}

// resume returns the steps of begun, those done that ran already. What others
// than its steps made is dropped.
func (t *trials) resume(ctx context.Context, begun *steps) (*steps, error) {
	same := 0
	for same < len(t.done) && same < len(begun.r.Steps) && t.done[same].step == inWords(&begun.r.Steps[same]) {
		same++
	}
	if same < len(begun.r.Steps) { // others come
		if same > 0 && t.done[same-1].after.rows == 0 { // which only the last step may leave
			same--
		}
		if err := t.drop(ctx, same); err != nil {
			return begun, err
		}
		if same == 0 {
			return begun, nil
		}
	}
	if len(begun.r.Steps) == 0 {
		return begun, nil
	}
	s := t.done[same-1].after
	s.r, s.effects, s.kept = begun.r, slices.Clone(s.effects), nil
	return &s, nil
}

// keep notes that step i of s ran.
func (t *trials) keep(s *steps, i int) {
	after := *s
	after.effects = slices.Clone(s.effects)
	t.done = append(t.done, attempt{inWords(&s.r.Steps[i]), after, s.kept})
	s.kept = nil
}

// drop removes what steps made, from that one on.
func (t *trials) drop(ctx context.Context, from int) error {
	for _, d := range t.done[from:] {
		for _, sql := range d.drops {
			if err := t.c.exec(ctx, sql); err != nil {
				t.forget() // what is there now is not known
				return err
			}
		}
	}
	t.done = t.done[:from]
	return nil
}

// tidy drops what a step that failed has made, and everything when it is much.
func (t *trials) tidy(ctx context.Context, s *steps) {
	cells := int64(0)
	for _, d := range t.done {
		cells += d.after.rows * int64(len(d.after.fields))
	}
	if cells > mostTried || ctx.Err() != nil || s == nil || len(s.kept) > 0 {
		t.forget()
	}
}

// inWords is a step as it is compared.
func inWords(s *recipe.Step) string {
	b, err := json.Marshal(s)
	if err != nil {
		return "" // of no step that ran
	}
	return string(b)
}
