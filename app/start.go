package app

import (
	"context"
	"path/filepath"
	"time"

	"shoptwin/core"
	"shoptwin/core/recipe"
)

func now() time.Time { return time.Now().UTC() }

// The Start methods run long work as a job and return its id. A request that
// cannot be begun, such as an unknown project, fails at once.

// start runs do as a job. again, if given, is the request with which an
// interrupted one is taken up, see [App.GoOn]; it names no files and holds no
// secret.
func (a *App) start(kind, project, title string, do func(context.Context, func(core.Progress)) (any, error), again ...any) (string, error) {
	if project != "" {
		p, err := a.store.Project(project)
		if err != nil {
			return "", err
		}
		project = p.ID
		do = a.lasting(kind, project, title, do, again)
	}
	return a.jobs.Start(kind, project, title, do), nil
}

// StartDemo runs the whole main job on the made sample shop; see [App.Demo].
func (a *App) StartDemo(seed uint64) (string, error) {
	return a.start("demo", "", SampleName, func(ctx context.Context, report func(core.Progress)) (any, error) {
		return a.Demo(ctx, seed, report)
	})
}

// StartImport runs [App.Import] as a job.
func (a *App) StartImport(req ImportRequest) (string, error) {
	title := ""
	if len(req.Files) > 0 {
		title = filepath.Base(req.Files[0])
	}
	return a.start("import", req.Project, title, func(ctx context.Context, report func(core.Progress)) (any, error) {
		return a.Import(ctx, req, report)
	})
}

// StartPrepare runs [App.Prepare] as a job.
func (a *App) StartPrepare(project string, r *recipe.Recipe) (string, error) {
	if r == nil {
		return "", noRecipe()
	}
	return a.start("prepare", project, r.Name, func(ctx context.Context, report func(core.Progress)) (any, error) {
		return a.Prepare(ctx, project, r, report)
	}, r)
}

// StartTrain runs [App.Train] as a job.
func (a *App) StartTrain(req TrainRequest) (string, error) {
	_, d, err := a.dataset(req.Project, req.Dataset)
	if err != nil {
		return "", err
	}
	return a.start("train", req.Project, d.Name, func(ctx context.Context, report func(core.Progress)) (any, error) {
		return a.Train(ctx, req, report)
	}, req)
}

// StartPromo runs [App.FitPromo] as a job.
func (a *App) StartPromo(req PromoRequest) (string, error) {
	return a.start("promo", req.Project, req.Sales, func(ctx context.Context, report func(core.Progress)) (any, error) {
		return a.FitPromo(ctx, req, report)
	}, req)
}

// StartExport runs [App.Export] as a job.
func (a *App) StartExport(req ExportRequest) (string, error) {
	if req.Dataset != "" {
		return a.start("export", req.Project, req.Dataset, func(ctx context.Context, report func(core.Progress)) (any, error) {
			return a.Export(ctx, req, report)
		})
	}
	_, run, err := a.run(req.Project, req.Run)
	if err != nil {
		return "", err
	}
	return a.start("export", req.Project, run.Dataset, func(ctx context.Context, report func(core.Progress)) (any, error) {
		return a.Export(ctx, req, report)
	})
}
