package app

import (
	"context"
	"errors"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"shoptwin/core"
)

func await(t *testing.T, js *Jobs, id string, ok func(Job) bool) Job {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		j, err := js.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		if ok(j) {
			return j
		}
	}
	j, _ := js.Get(id)
	t.Fatalf("still %+v", j)
	return j
}

func TestJobTellsStagesAndResult(t *testing.T) {
	var js Jobs
	id := js.Start("train", "p", "adult", func(_ context.Context, report func(core.Progress)) (any, error) {
		for i := range int64(1000) {
			report(core.Progress{Stage: "train", Done: i + 1, Total: 1000, Unit: "steps", Value: map[string]float64{"loss": 1 / float64(i+1)}})
		}
		report(core.Progress{Stage: "judge", Done: 1, Total: 1})
		return map[string]string{"run": "r1"}, nil
	})
	js.wait.Wait()
	j := await(t, &js, id, func(j Job) bool { return j.State == Done })
	if len(j.Stages) != 2 || j.Stages[0].Stage != "train" || j.Stages[0].Done != 1000 || j.Stages[1].Stage != "judge" {
		t.Errorf("stages %+v", j.Stages)
	}
	if string(j.Result) != `{"run":"r1"}` || j.Fraction != 1 {
		t.Errorf("result %s, fraction %v", j.Result, j.Fraction)
	}
}

func TestJobCurveIsThinnedEvenly(t *testing.T) {
	var c job
	c.stride = 1
	for i := range int64(10_000) {
		c.addPoint(CurvePoint{Step: i})
	}
	if n := len(c.Curve); n < maxCurve/2 || n > maxCurve {
		t.Fatalf("%d points of at most %d", n, maxCurve)
	}
	gap := c.Curve[1].Step - c.Curve[0].Step
	for i := 1; i < len(c.Curve); i++ {
		if c.Curve[i].Step-c.Curve[i-1].Step != gap {
			t.Fatalf("points %d and %d are %d apart, the first two %d", i-1, i, c.Curve[i].Step-c.Curve[i-1].Step, gap)
		}
	}
}

func TestJobPausesAndResumes(t *testing.T) {
	var js Jobs
	var steps atomic.Int64
	id := js.Start("train", "", "", func(ctx context.Context, report func(core.Progress)) (any, error) {
		for ctx.Err() == nil {
			report(core.Progress{Stage: "train", Done: steps.Add(1)})
		}
		return nil, ctx.Err()
	})
	await(t, &js, id, func(Job) bool { return steps.Load() > 3 })
	if j, _ := js.Pause(id); j.State != Paused {
		t.Fatalf("state %s", j.State)
	}
	held := steps.Load() + 1 // the step it may have been about to count
	time.Sleep(100 * time.Millisecond)
	if steps.Load() > held {
		t.Error("a paused job went on")
	}
	js.Resume(id)
	await(t, &js, id, func(Job) bool { return steps.Load() > held })
	js.Pause(id)
	js.Cancel(id) // a paused job can be cancelled
	j := await(t, &js, id, func(j Job) bool { return j.State.ended() })
	if j.State != Cancelled || j.Error == nil {
		t.Errorf("ended as %s, %v", j.State, j.Error)
	}
}

func TestJobFailureKeepsTheWayOut(t *testing.T) {
	var js Jobs
	id := js.Start("import", "", "", func(context.Context, func(core.Progress)) (any, error) {
		return nil, core.Errorf(core.Invalid, "sales.csv is empty").WithHint("export it again")
	})
	j := await(t, &js, id, func(j Job) bool { return j.State.ended() })
	want := Problem{Kind: "invalid", Message: "sales.csv is empty", Hint: "export it again"}
	if j.State != Failed || *j.Error != want {
		t.Errorf("%s: %+v", j.State, j.Error)
	}
	if p := ProblemOf(errors.New("boom")); p.Kind != "internal" {
		t.Errorf("kind %q", p.Kind)
	}
}

func TestJobResultThatCannotBeToldFails(t *testing.T) {
	var js Jobs
	id := js.Start("x", "", "", func(context.Context, func(core.Progress)) (any, error) { return func() {}, nil })
	if j := await(t, &js, id, func(j Job) bool { return j.State.ended() }); j.State != Failed {
		t.Errorf("state %s", j.State)
	}
}

func TestJobTimeLeftCountsAnewForEachFile(t *testing.T) {
	var js Jobs
	leave, told := make(chan bool), make(chan bool)
	id := js.Start("import", "", "", func(_ context.Context, report func(core.Progress)) (any, error) {
		for _, done := range []int64{0, 90, 5, 10} { // a second file begins at 5
			report(core.Progress{Stage: "import", Done: done, Total: 100})
			time.Sleep(10 * time.Millisecond)
		}
		report(core.Progress{Stage: "import", Done: 15, Total: 100})
		told <- true
		<-leave
		return nil, nil
	})
	<-told
	j, err := js.Get(id)
	if err != nil || j.Left < .1 || j.Left > 5 { // 85 to go at 10 in some 20 ms
		t.Errorf("%v s left, %v", j.Left, err)
	}
	leave <- true
	await(t, &js, id, func(j Job) bool { return j.State == Done && len(j.Stages) == 1 })
}

func TestJobTimeLeftOfAllStages(t *testing.T) {
	for _, tt := range []struct {
		kind, stage       string
		left, spent, want float64
	}{
		{"train", "train", 30, 45, 30 + 25},
		{"train", "sample", 0, 2, 23},
		{"train", "judge", 7, 3, 7},
		{"train", "judge", -1, 3, -1},
		{"train", "unheard of", 7, 3, -1},
		{"import", "import", 7, 3, -1},
	} {
		j := &job{Job: Job{Kind: tt.kind, Stage: tt.stage, Left: tt.left}}
		if got := j.leftOfJob(tt.spent); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("%s, %s: %g s left, want %g", tt.kind, tt.stage, got, tt.want)
		}
	}
}
