package serve

import (
	"bytes"
	"encoding/json"
	"io"

	"shoptwin/app"
	"shoptwin/core"
	"shoptwin/core/promo"
	"shoptwin/core/quality"
	"shoptwin/core/recipe"
	"shoptwin/core/recommend"
	"shoptwin/core/table"
	"shoptwin/store/duck"
)

// Calls are the methods that a page may call, by their names. It is the part
// of app.App that speaks JSON: the window binds the same.
type Calls interface {
	About() app.About
	Projects() ([]app.ProjectInfo, error)
	CreateProject(name string) (app.ProjectInfo, error)
	OpenProject(idOrName string) (app.ProjectView, error)
	LeaveAt(project, screen string) error
	RenameProject(project, name string) (app.ProjectInfo, error)
	DeleteProject(project string) error

	Settings() app.Settings
	SaveSettings(s app.Settings) (app.Settings, error)
	Storage() (app.Storage, error)
	CleanUp(what string) (int64, error)
	PlanMove(to string) (app.MovePlan, error)
	StartMove(to string, remove bool) (string, error)
	Licences() []app.Licence
	RemoveProject(project string) (app.ProjectInfo, error)
	RestoreProject(id string) (app.ProjectInfo, error)
	Remove(project, kind, id string) (string, error)
	Restore(project, kind, id string) error
	RenameRun(project, run, name string) (app.RunInfo, error)
	Logbook(project string) ([]app.Entry, error)
	StartReproduce(project, kind, id string) (string, error)
	ExportEvents(req app.EventsExport) (app.Exported, error)
	StartExportProject(req app.ArchiveRequest) (string, error)
	StartImportProject(path string) (string, error)

	Profile(project, dataset string) (duck.Profile, error)
	Rows(project, dataset string, offset, limit int) (app.Page, error)
	Rejects(project, dataset string, offset, limit int) (app.RejectPage, error)
	SetRole(project, dataset, column string, role table.Role) (app.Dataset, error)
	DeleteDataset(project, dataset string) error

	StepKinds() []recipe.Kind
	Recipes(project string) ([]app.Draft, error)
	SaveRecipe(project string, d app.Draft) (app.Draft, error)
	DeleteRecipe(project, id string) error
	KeepDraft(project string, d app.Draft) error
	OpenDraft(project string) (*app.Draft, error)
	ReadRecipe(text string) (app.Draft, error)
	CheckRecipe(project string, d app.Draft) ([]app.Misfit, error)
	TryRecipe(project string, d app.Draft, upto, lines int) (app.Trial, error)

	Look(from string, r app.Reading, password string, rows int) (app.SourceLook, error)
	Remembered(from string) bool
	ForgetPassword(from string) error
	Links(project string) ([]duck.Link, error)
	Leaks(project, dataset, target string) ([]duck.Leak, error)

	Recommends

	StartDemo(seed uint64) (string, error)
	StartImport(req app.ImportRequest) (string, error)
	StartPrepare(project string, r *recipe.Recipe) (string, error)
	StartRecipe(project string, d app.Draft) (string, error)
	StartTrain(req app.TrainRequest) (string, error)
	StartTrainTables(req app.TablesTraining) (string, error)
	TablesModels(project string) ([]app.TablesInfo, error)
	StartExportTables(req app.TablesExport) (string, error)
	StartPromo(req app.PromoRequest) (string, error)
	StartExport(req app.ExportRequest) (string, error)
	Jobs() []app.Job
	GetJob(id string) (app.Job, error)
	CancelJob(id string) (app.Job, error)
	PauseJob(id string) (app.Job, error)
	ResumeJob(id string) (app.Job, error)
	Interrupted(project string) ([]app.Interrupted, error)
	GoOn(project, id string) (string, error)
	Forget(project, id string) error

	Report(project, run string) (*quality.Report, error)
	SampleRows(project, run string, n int, seed uint64) (app.Page, error)
	Gate(project, run string) (app.Gate, error)
	WhatIf(project string, plan promo.Plan) (*promo.Outcome, error)
	Curve(project, item, store string, feature, display bool) ([]promo.CurvePoint, error)
	PromoPanel(project string, weeks int) (promo.PanelView, error)
	SaveScenario(project string, s app.ScenarioInfo) (app.ScenarioInfo, error)
	DeleteScenario(project, id string) error
	StartPlan(project string, req app.PlanRequest) (string, error)
	Suggestion(project, id string) (app.Suggestion, error)
	StartShoppers(project string, plan promo.Plan) (string, error)
	StartUplift(project string, ask app.UpliftAsk) (string, error)
	ReadCalendar(req app.PlannedRequest) (app.Planned, error)
	SaveCalendar(req app.CalendarRequest) (app.Exported, error)
}

// Files are what a page fetches as bytes.
type Files interface {
	PromoModel(project string, w io.Writer) error
	// Recommender is the project's newest; NotFound before the first.
	Recommender(project string) (*recommend.Model, error)
	ReportHTML(project, run, lang string, w io.Writer) error
	// WhatIfHTML fills the built page of plans, see [shell].
	WhatIfHTML(project, lang string, shell []byte, w io.Writer) error
	// RecommendHTML fills the built page of recommendations.
	RecommendHTML(project, lang string, shell []byte, w io.Writer) error
	// DownloadPath returns the path of a file that the project exported, by
	// its bare name; NotFound for any other.
	DownloadPath(project, file string) (string, error)
}

// API is what the front end needs of app.App.
type API interface {
	Calls
	Files
}

// method answers one call: arguments as JSON in, a value that encodes as
// JSON out.
type method func(args []json.RawMessage) (any, error)

// methods is the whole of what can be called. Nothing is reached by
// reflection: a method that is not named here does not exist for a page.
func methods(c Calls) map[string]method {
	return withRecommend(c, map[string]method{
		"About":         call0(func() (app.About, error) { return c.About(), nil }),
		"Projects":      call0(c.Projects),
		"CreateProject": call1(c.CreateProject),
		"OpenProject":   call1(c.OpenProject),
		"LeaveAt":       call2(done2(c.LeaveAt)),
		"RenameProject": call2(c.RenameProject),
		"DeleteProject": call1(done1(c.DeleteProject)),

		"Settings":           call0(func() (app.Settings, error) { return c.Settings(), nil }),
		"SaveSettings":       call1(c.SaveSettings),
		"Storage":            call0(c.Storage),
		"CleanUp":            call1(c.CleanUp),
		"PlanMove":           call1(c.PlanMove),
		"StartMove":          call2(c.StartMove),
		"Licences":           call0(func() ([]app.Licence, error) { return c.Licences(), nil }),
		"RemoveProject":      call1(c.RemoveProject),
		"RestoreProject":     call1(c.RestoreProject),
		"Remove":             call3(c.Remove),
		"Restore":            call3(done3(c.Restore)),
		"RenameRun":          call3(c.RenameRun),
		"Logbook":            call1(c.Logbook),
		"StartReproduce":     call3(c.StartReproduce),
		"ExportEvents":       call1(c.ExportEvents),
		"StartExportProject": call1(c.StartExportProject),
		"StartImportProject": call1(c.StartImportProject),

		"Profile":       call2(c.Profile),
		"Rows":          call4(c.Rows),
		"Rejects":       call4(c.Rejects),
		"SetRole":       call4(c.SetRole),
		"DeleteDataset": call2(done2(c.DeleteDataset)),

		"StepKinds":    call0(func() ([]recipe.Kind, error) { return c.StepKinds(), nil }),
		"Recipes":      call1(c.Recipes),
		"SaveRecipe":   call2(c.SaveRecipe),
		"DeleteRecipe": call2(done2(c.DeleteRecipe)),
		"KeepDraft":    call2(done2(c.KeepDraft)),
		"OpenDraft":    call1(c.OpenDraft),
		"ReadRecipe":   call1(c.ReadRecipe),
		"CheckRecipe":  call2(c.CheckRecipe),
		"TryRecipe":    call4(c.TryRecipe),

		"Look":           call4(c.Look),
		"Remembered":     call1(func(from string) (bool, error) { return c.Remembered(from), nil }),
		"ForgetPassword": call1(done1(c.ForgetPassword)),
		"Links":          call1(c.Links),
		"Leaks":          call3(c.Leaks),

		"StartDemo":         call1(c.StartDemo),
		"StartImport":       call1(c.StartImport),
		"StartPrepare":      call2(c.StartPrepare),
		"StartRecipe":       call2(c.StartRecipe),
		"StartTrain":        call1(c.StartTrain),
		"StartTrainTables":  call1(c.StartTrainTables),
		"TablesModels":      call1(c.TablesModels),
		"StartExportTables": call1(c.StartExportTables),
		"StartPromo":        call1(c.StartPromo),
		"StartExport":       call1(c.StartExport),
		"Jobs":              call0(func() ([]app.Job, error) { return c.Jobs(), nil }),
		"GetJob":            call1(c.GetJob),
		"CancelJob":         call1(c.CancelJob),
		"PauseJob":          call1(c.PauseJob),
		"ResumeJob":         call1(c.ResumeJob),
		"Interrupted":       call1(c.Interrupted),
		"GoOn":              call2(c.GoOn),
		"Forget":            call2(done2(c.Forget)),

		"Report":         call2(c.Report),
		"SampleRows":     call4(c.SampleRows),
		"Gate":           call2(c.Gate),
		"WhatIf":         call2(c.WhatIf),
		"Curve":          call5(c.Curve),
		"PromoPanel":     call2(c.PromoPanel),
		"SaveScenario":   call2(c.SaveScenario),
		"DeleteScenario": call2(done2(c.DeleteScenario)),
		"StartPlan":      call2(c.StartPlan),
		"Suggestion":     call2(c.Suggestion),
		"StartShoppers":  call2(c.StartShoppers),
		"StartUplift":    call2(c.StartUplift),
		"ReadCalendar":   call1(c.ReadCalendar),
		"SaveCalendar":   call1(c.SaveCalendar),
	})
}

func call0[R any](f func() (R, error)) method {
	return func(args []json.RawMessage) (any, error) {
		if err := decode(args); err != nil {
			return nil, err
		}
		return f()
	}
}

func call1[A, R any](f func(A) (R, error)) method {
	return func(args []json.RawMessage) (any, error) {
		var a A
		if err := decode(args, &a); err != nil {
			return nil, err
		}
		return f(a)
	}
}

func call2[A, B, R any](f func(A, B) (R, error)) method {
	return func(args []json.RawMessage) (any, error) {
		var a A
		var b B
		if err := decode(args, &a, &b); err != nil {
			return nil, err
		}
		return f(a, b)
	}
}

func call4[A, B, C, D, R any](f func(A, B, C, D) (R, error)) method {
	return func(args []json.RawMessage) (any, error) {
		var a A
		var b B
		var c C
		var d D
		if err := decode(args, &a, &b, &c, &d); err != nil {
			return nil, err
		}
		return f(a, b, c, d)
	}
}

func call5[A, B, C, D, E, R any](f func(A, B, C, D, E) (R, error)) method {
	return func(args []json.RawMessage) (any, error) {
		var a A
		var b B
		var c C
		var d D
		var e E
		if err := decode(args, &a, &b, &c, &d, &e); err != nil {
			return nil, err
		}
		return f(a, b, c, d, e)
	}
}

func done1[A any](f func(A) error) func(A) (any, error) {
	return func(a A) (any, error) { return nil, f(a) }
}

func done2[A, B any](f func(A, B) error) func(A, B) (any, error) {
	return func(a A, b B) (any, error) { return nil, f(a, b) }
}

func done3[A, B, C any](f func(A, B, C) error) func(A, B, C) (any, error) {
	return func(a A, b B, c C) (any, error) { return nil, f(a, b, c) }
}

// decode reads the arguments of a call; there must be exactly as many.
func decode(args []json.RawMessage, into ...any) error {
	if len(args) != len(into) {
		return core.Errorf(core.Invalid, "%d arguments came, the method takes %d", len(args), len(into))
	}
	for i, arg := range args {
		if err := json.NewDecoder(bytes.NewReader(arg)).Decode(into[i]); err != nil {
			return core.Errorf(core.Invalid, "argument %d: %w", i+1, err)
		}
	}
	return nil
}
