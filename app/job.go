package app

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"shoptwin/core"
)

// Jobs runs long work in the background and tells how it stands. Work reports
// on its own goroutine, so a job is paused by letting its report block. The
// zero value is ready for use.
type Jobs struct {
	mu     sync.Mutex
	all    []*job                   // oldest first
	barred map[string]chan struct{} // by project, "" for all; closed when jobs may begin again
	closed bool
	active int // jobs that have not ended
	wait   sync.WaitGroup
}

type job struct {
	Job
	cancel context.CancelFunc
	resume chan struct{} // closed when a pause ends; nil while running

	started    time.Time
	pausedAt   time.Time
	paused     time.Duration // pauses that have ended
	stageSince time.Duration // running time when the stage began
	countSince time.Duration // running time when Done began to count
	countDone  int64         // Done at that time
	stride     int64         // every stride-th point of the curve is kept
	points     int64
}

const (
	maxCurve = 200
	keepJobs = 50 // ended jobs kept for the tray
)

// Start runs work in the background and returns the job's id. What work
// returns becomes the job's Result as JSON.
func (js *Jobs) Start(kind, project, title string, work func(context.Context, func(core.Progress)) (any, error)) string {
	ctx, cancel := context.WithCancel(context.Background())
	j := &job{
		Job:    Job{ID: rand.Text()[:12], Kind: kind, Project: project, Title: title, State: Running, Left: -1, JobLeft: -1},
		cancel: cancel, started: time.Now(), stride: 1,
	}
	js.mu.Lock()
	js.all = append(js.all, j)
	if js.closed {
		cancel()
	}
	for ended := len(js.all) - keepJobs; ended > 0 && js.all[0].State.ended(); ended-- {
		js.all = js.all[1:]
	}
	js.wait.Add(1)
	js.spare(1)
	js.mu.Unlock()
	go func() {
		defer js.wait.Done()
		defer cancel()
		result, err := js.run(ctx, j, work)
		js.end(j, result, err)
	}()
	return j.ID
}

// spare counts a job in or out and has one of Go's processors for each, and
// one more for those who look at them. Without, what the window asks waits
// until a training gives way, 6 ms at the median beside four. The lock is held.
func (js *Jobs) spare(n int) {
	idle := js.active == 0
	js.active += n
	if idle || js.active == 0 {
		core.Spare(2 * n)
	} else {
		core.Spare(n)
	}
}

// run waits until the job's project is not barred, then works. A panic of the
// work is the error of this job: the others go on.
func (js *Jobs) run(ctx context.Context, j *job, work func(context.Context, func(core.Progress)) (any, error)) (result any, err error) {
	defer func() {
		if r := recover(); r != nil {
			result, err = nil, core.Errorf(core.Internal, "a fault of Shoptwin: %v", r)
		}
	}()
	for _, project := range []string{"", j.Project} {
		js.mu.Lock()
		bar := js.barred[project]
		js.mu.Unlock()
		if bar == nil {
			continue
		}
		select {
		case <-bar:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return work(ctx, func(p core.Progress) { js.report(ctx, j, p) })
}

// Alone runs f while no job of the project runs; "" stands for all projects.
// A job that is started meanwhile begins afterwards. Conflict when a job is
// running, or another call has the project to itself.
func (js *Jobs) Alone(project string, f func() error) error { return js.alone(project, "", f) }

// alone is Alone, but jobs of the kind but, one of whom may be asking, are no
// hindrance.
func (js *Jobs) alone(project, but string, f func() error) error {
	js.mu.Lock()
	for _, j := range js.all {
		if !j.State.ended() && j.Kind != but && (project == "" || j.Project == project) {
			js.mu.Unlock()
			return core.Errorf(core.Conflict, "%s is being worked on (%s)", j.Title, j.Kind).WithHint("wait for the job to end, or cancel it")
		}
	}
	if js.barred[project] != nil {
		js.mu.Unlock()
		return core.Errorf(core.Conflict, "this is being done already").WithHint("wait for it to end")
	}
	if js.barred == nil {
		js.barred = map[string]chan struct{}{}
	}
	bar := make(chan struct{})
	js.barred[project] = bar
	js.mu.Unlock()
	defer func() {
		js.mu.Lock()
		delete(js.barred, project)
		js.mu.Unlock()
		close(bar)
	}()
	return f()
}

func (s State) ended() bool { return s == Done || s == Failed || s == Cancelled }

func (j *job) running(now time.Time) time.Duration {
	if j.resume != nil {
		now = j.pausedAt
	}
	return now.Sub(j.started) - j.paused
}

// report takes in p and holds the work while its job is paused.
func (js *Jobs) report(ctx context.Context, j *job, p core.Progress) {
	js.mu.Lock()
	now := j.running(time.Now())
	if p.Stage != j.Stage {
		j.endStage(now)
		j.stageSince = now
		j.Value, j.Curve, j.stride, j.points = nil, nil, 1, 0
	}
	if p.Stage != j.Stage || p.Done < j.Done { // a stage may count anew, file by file
		j.countSince, j.countDone = now, p.Done
	}
	j.Stage, j.Done, j.Total, j.Unit = p.Stage, p.Done, p.Total, p.Unit
	j.Fraction, j.Left = 0, -1
	if p.Total > 0 {
		j.Fraction = min(1, float64(p.Done)/float64(p.Total))
		if done := p.Done - j.countDone; done > 0 {
			j.Left = (now - j.countSince).Seconds() / float64(done) * float64(p.Total-p.Done)
		}
	}
	j.JobLeft = j.leftOfJob((now - j.stageSince).Seconds())
	if len(p.Value) > 0 {
		j.Value = maps.Clone(p.Value)
		j.addPoint(CurvePoint{Step: p.Done, Value: j.Value})
	}
	resume := j.resume
	js.mu.Unlock()
	if resume != nil {
		select {
		case <-resume:
		case <-ctx.Done():
		}
	}
}

// shares are how a kind of job's time goes to its stages, in their order, as
// measured on tables of some ten thousand rows.
var shares = map[string][]struct {
	stage string
	share float64
}{
	"train": {{"train", .75}, {"sample", .02}, {"judge", .23}},
}

// leftOfJob adds to the stage's time left what the stages after it will take,
// if the stage's whole time, spent so far and left, is the share it should be.
func (j *job) leftOfJob(spent float64) float64 {
	if j.Left < 0 {
		return -1
	}
	own, later := 0., 0.
	for _, s := range shares[j.Kind] {
		switch {
		case s.stage == j.Stage:
			own = s.share
		case own > 0:
			later += s.share
		}
	}
	if own == 0 {
		return -1
	}
	return j.Left + (spent+j.Left)/own*later
}

func (j *job) endStage(now time.Duration) {
	if j.Stage != "" {
		j.Stages = append(j.Stages, StageDone{Stage: j.Stage, Seconds: (now - j.stageSince).Seconds(), Done: j.Done, Unit: j.Unit})
	}
}

// addPoint keeps at most maxCurve points, evenly spread: when they are full
// every other one goes.
func (j *job) addPoint(p CurvePoint) {
	j.points++
	if (j.points-1)%j.stride != 0 {
		return
	}
	j.Curve = append(j.Curve, p)
	if len(j.Curve) >= maxCurve {
		half := make([]CurvePoint, 0, maxCurve)
		for i := 0; i < len(j.Curve); i += 2 {
			half = append(half, j.Curve[i])
		}
		j.Curve, j.stride = half, j.stride*2
	}
}

func (js *Jobs) end(j *job, result any, err error) {
	js.mu.Lock()
	defer js.mu.Unlock()
	now := j.running(time.Now())
	j.Seconds = now.Seconds()
	j.endStage(now)
	js.spare(-1)
	j.resume, j.Left, j.JobLeft = nil, 0, 0
	if err == nil {
		j.Result, err = json.Marshal(result)
	}
	switch {
	case err == nil:
		j.State, j.Fraction = Done, 1
	case errors.Is(err, context.Canceled) || core.KindOf(err) == core.Cancelled:
		j.State, j.Error = Cancelled, ProblemOf(err)
	default:
		j.State, j.Error = Failed, ProblemOf(err)
	}
}

// ProblemOf puts err into the words that people see.
func ProblemOf(err error) *Problem {
	p := &Problem{Kind: core.KindOf(err).String(), Message: err.Error()}
	if e := (*core.Error)(nil); errors.As(err, &e) {
		p.Message, p.Hint = e.Message, e.Hint
	}
	return p
}

// List returns the jobs of this session, newest first.
func (js *Jobs) List() []Job {
	js.mu.Lock()
	defer js.mu.Unlock()
	out := make([]Job, 0, len(js.all))
	for _, j := range slices.Backward(js.all) {
		out = append(out, j.snapshot())
	}
	return out
}

// snapshot is called with the lock held.
func (j *job) snapshot() Job {
	s := j.Job
	if !s.State.ended() {
		s.Seconds = j.running(time.Now()).Seconds()
	}
	s.Curve, s.Stages = slices.Clone(s.Curve), slices.Clone(s.Stages)
	return s
}

func (js *Jobs) find(id string) (*job, error) {
	for _, j := range js.all {
		if j.ID == id {
			return j, nil
		}
	}
	return nil, core.Errorf(core.NotFound, "no job has the id %q", id).WithHint("it may have ended long ago")
}

// with runs do on the job with the lock held and returns how it then stands.
func (js *Jobs) with(id string, do func(*job)) (Job, error) {
	js.mu.Lock()
	defer js.mu.Unlock()
	j, err := js.find(id)
	if err != nil {
		return Job{}, err
	}
	do(j)
	return j.snapshot(), nil
}

// Get returns one job as it stands.
func (js *Jobs) Get(id string) (Job, error) { return js.with(id, func(*job) {}) }

// Cancel stops a job within one batch of its work.
func (js *Jobs) Cancel(id string) (Job, error) { return js.with(id, func(j *job) { j.cancel() }) }

// Pause holds a running job at its next report.
func (js *Jobs) Pause(id string) (Job, error) {
	return js.with(id, func(j *job) {
		if j.State == Running {
			j.State, j.resume, j.pausedAt = Paused, make(chan struct{}), time.Now()
		}
	})
}

// Resume lets a paused job go on.
func (js *Jobs) Resume(id string) (Job, error) {
	return js.with(id, func(j *job) {
		if j.State == Paused {
			close(j.resume)
			j.paused += time.Since(j.pausedAt)
			j.State, j.resume = Running, nil
		}
	})
}

// ending says whether Close was called.
func (js *Jobs) ending() bool {
	js.mu.Lock()
	defer js.mu.Unlock()
	return js.closed
}

// Close cancels every job and waits for the last to end.
func (js *Jobs) Close() {
	js.mu.Lock()
	js.closed = true
	for _, j := range js.all {
		j.cancel()
	}
	js.mu.Unlock()
	js.wait.Wait()
}
