package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"shoptwin/app"
	"shoptwin/core"
)

var stageWords = map[string]string{
	"shop": "make the shop", "import": "import", "prepare": "prepare", "train": "train", "sample": "sample",
	"judge": "judge", "choose": "try engines", "fit": "fit promotions", "backtest": "backtest", "what-if": "what-if", "export": "export", "report": "write report",
}

// follow runs work as a job, draws its progress on w until it ends, and
// returns work's own error. When ctx is cancelled the work is, too, and follow
// waits until it has stopped.
func follow(ctx context.Context, w io.Writer, quiet bool, work func(context.Context, func(core.Progress)) error) error {
	var js app.Jobs
	var failure error
	id := js.Start("", "", "", func(ctx context.Context, report func(core.Progress)) (any, error) {
		failure = work(ctx, report)
		return nil, failure
	})
	if quiet {
		w = io.Discard
	}
	f, ok := w.(*os.File)
	d := drawer{w: w, live: ok && term.IsTerminal(int(f.Fd()))}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	stop := ctx.Done()
	for {
		select {
		case <-stop:
			stop = nil
			js.Cancel(id)
		case <-tick.C:
		}
		j, err := js.Get(id)
		if err != nil {
			return err
		}
		d.draw(j)
		if j.State != app.Running {
			js.Close()                            // failure is written before the job ends
			if failure == nil && j.Error != nil { // the work panicked
				failure = &core.Error{Kind: core.Internal, Message: j.Error.Message, Hint: j.Error.Hint}
			}
			return failure
		}
	}
}

// drawer writes one line per ended stage and, on a terminal, a bar for the
// running one that is redrawn in place.
type drawer struct {
	w     io.Writer
	live  bool
	ended int       // stages written
	spoke time.Time // last line for the running stage where there is no terminal
}

func (d *drawer) draw(j app.Job) {
	if d.live {
		fmt.Fprint(d.w, "\r\x1b[K")
	}
	for ; d.ended < len(j.Stages); d.ended++ {
		s := j.Stages[d.ended]
		mark := "✓"
		if d.ended == len(j.Stages)-1 && (j.State == app.Failed || j.State == app.Cancelled) {
			mark = "✗"
		}
		count := ""
		if s.Done > 0 && s.Unit != "" && s.Unit != "bytes" {
			count = fmt.Sprintf("%s %s", grouped(s.Done), s.Unit)
		}
		fmt.Fprintf(d.w, "%s %-15s %8s  %s\n", mark, word(s.Stage), seconds(s.Seconds), count)
		d.spoke = time.Now()
	}
	if j.State != app.Running || j.Stage == "" {
		return
	}
	left := ""
	switch {
	case j.JobLeft >= 0:
		left = "about " + seconds(j.JobLeft) + " left in all"
	case j.Left >= 0:
		left = "about " + seconds(j.Left) + " left"
	}
	switch {
	case d.live:
		const width = 30
		full := int(j.Fraction*width + .5)
		fmt.Fprintf(d.w, "  %-15s %s%s %3.0f%%  %s", word(j.Stage), strings.Repeat("━", full), strings.Repeat("─", width-full), j.Fraction*100, left)
	case time.Since(d.spoke) > 10*time.Second:
		if !d.spoke.IsZero() {
			fmt.Fprintf(d.w, "  %-15s %3.0f%%  %s\n", word(j.Stage), j.Fraction*100, left)
		}
		d.spoke = time.Now()
	}
}

func word(stage string) string {
	if w, ok := stageWords[stage]; ok {
		return w
	}
	return stage
}

func seconds(s float64) string {
	switch {
	case s < 10:
		return fmt.Sprintf("%.1f s", s)
	case s < 90:
		return fmt.Sprintf("%.0f s", s)
	}
	return fmt.Sprintf("%d min %02d s", int(s)/60, int(s)%60)
}

// grouped writes n with a comma between thousands.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
