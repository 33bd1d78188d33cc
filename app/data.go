package app

import (
	"context"
	"maps"
	"slices"
	"strings"

	"shoptwin/core"
	"shoptwin/core/recipe"
	"shoptwin/core/table"
	"shoptwin/store"
	"shoptwin/store/duck"
)

func (a *App) datasets(project string) ([]Dataset, error) {
	return list(a, project, kindDataset, func(rec store.Record, d *Dataset) { d.ID, d.Created = rec.ID, rec.Created })
}

// noRows is what is said of a dataset that came without its rows.
func noRows(p store.Project, d Dataset) error {
	return core.Errorf(core.NotFound, "the rows of %q were left out of the archive that project %q came from", d.Name, p.Name).
		WithHint("import the file again, or ask for an archive with rows")
}

// dataset finds a dataset by id or name.
func (a *App) dataset(project, idOrName string) (store.Project, Dataset, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return p, Dataset{}, err
	}
	all, err := a.datasets(p.ID)
	if err != nil {
		return p, Dataset{}, err
	}
	var names []string
	for _, d := range all {
		if d.ID == idOrName || d.Name == idOrName {
			return p, d, nil
		}
		names = append(names, d.Name)
	}
	err = core.Errorf(core.NotFound, "project %q has no dataset %q", p.Name, idOrName).
		WithHint("it has: %s", strings.Join(names, ", "))
	return p, Dataset{}, err
}

// Import reads files, folders or tables of databases into a project, each as
// one dataset. Files before one
// that cannot be read stay imported; that file leaves nothing behind.
func (a *App) Import(ctx context.Context, req ImportRequest, report func(core.Progress)) ([]Dataset, error) {
	p, err := a.store.Project(req.Project)
	if err != nil {
		return nil, err
	}
	if len(req.Files) == 0 {
		return nil, core.Errorf(core.Invalid, "no file was given")
	}
	if req.As != "" && len(req.Files) > 1 {
		return nil, core.Errorf(core.Invalid, "one name, %q, for %d files", req.As, len(req.Files)).WithHint("import them one by one, or leave the name out")
	}
	db, err := a.data(p)
	if err != nil {
		return nil, err
	}
	var out []Dataset
	for _, file := range req.Files {
		d, err := a.importFile(ctx, p, db, file, req, report)
		if err != nil {
			return out, err
		}
		out = append(out, d)
	}
	return out, nil
}

func (a *App) importFile(ctx context.Context, p store.Project, db *duck.DB, file string, req ImportRequest, report func(core.Progress)) (Dataset, error) {
	if req.Reading.Encoding == "" {
		req.Reading.Encoding = req.Encoding
	}
	name, release, err := a.claimName(ctx, p, db, req.As, sourceName(file, req.Reading))
	if err != nil {
		return Dataset{}, err
	}
	defer release()
	in, err := readInto(ctx, db, name, file, req.Reading, req.Password, staged(report, "import"))
	if err != nil {
		return Dataset{}, err
	}
	if req.Remember {
		if note := remember(file, req.Password); note != "" {
			in.Info.Notes = append(in.Info.Notes, note)
		}
	}
	if in.Columns, err = setRoles(ctx, db, name, in.Columns, req.Roles); err != nil {
		db.Drop(context.WithoutCancel(ctx), name)
		return Dataset{}, err
	}
	d := Dataset{
		Name: name, Role: req.Role, Source: sourceOf(file, req.Reading), Rows: in.Rows, Rejected: in.Rejected,
		Columns: in.Columns, Info: in.Info, SHA256: in.SHA256,
	}
	if d.Role == "" {
		d.Role = datasetRole(d)
	}
	rec, err := a.put(store.Record{Project: p.ID, Kind: kindDataset, Name: name}, d)
	if err != nil {
		db.Drop(context.WithoutCancel(ctx), name)
		return Dataset{}, err
	}
	d.ID, d.Created = rec.ID, rec.Created
	return d, nil
}

// setRoles gives the named columns of a table their roles.
func setRoles(ctx context.Context, db *duck.DB, name string, columns []duck.ColumnInfo, roles map[string]table.Role) ([]duck.ColumnInfo, error) {
	for _, column := range slices.Sorted(maps.Keys(roles)) {
		if err := db.SetRole(ctx, name, column, roles[column]); err != nil {
			return nil, err
		}
	}
	if len(roles) == 0 {
		return columns, nil
	}
	columns, _, _, err := db.Info(ctx, name)
	return columns, err
}

// datasetRole guesses what a table is about by the columns it has.
func datasetRole(d Dataset) string {
	has := func(parts ...string) bool {
		for _, part := range parts {
			if slices.ContainsFunc(d.Columns, func(c duck.ColumnInfo) bool { return strings.Contains(strings.ToLower(c.Name), part) }) {
				return true
			}
		}
		return false
	}
	switch {
	case has("session", "event", "action"):
		return "behaviour"
	case has("quantity", "units", "qty", "receipt", "invoice", "spend") && has("product", "item", "upc", "sku", "stock"):
		return "transactions"
	case has("depth", "discount", "promo") && has("start", "end"):
		return "promotions"
	case has("product", "item", "upc", "sku") && has("categor", "brand", "price", "manufacturer"):
		return "products"
	}
	return "other"
}

// Prepare runs a recipe over the project's datasets and keeps the result as a
// dataset of the recipe's name, with its lineage.
func (a *App) Prepare(ctx context.Context, project string, r *recipe.Recipe, report func(core.Progress)) (Dataset, error) {
	if r == nil {
		return Dataset{}, noRecipe()
	}
	p, from, err := a.dataset(project, r.From)
	if err != nil {
		return Dataset{}, err
	}
	parents := []string{from.ID}
	for _, table := range r.Tables()[1:] {
		_, other, err := a.dataset(p.ID, table)
		if err != nil {
			return Dataset{}, err
		}
		parents = append(parents, other.ID)
	}
	db, err := a.data(p)
	if err != nil {
		return Dataset{}, err
	}
	name, release, err := a.claimName(ctx, p, db, r.Name, from.Name)
	if err != nil {
		return Dataset{}, err
	}
	defer release()
	effects, err := db.Run(ctx, r, name, staged(report, "prepare"))
	if err != nil {
		return Dataset{}, err
	}
	return a.keepPrepared(ctx, p, db, Dataset{Name: name, Role: from.Role, Source: "recipe " + r.Name, Recipe: r.Learned(effects), Effects: effects, Parents: parents})
}

// keepPrepared keeps the dataset whose table a recipe just made.
func (a *App) keepPrepared(ctx context.Context, p store.Project, db *duck.DB, d Dataset) (Dataset, error) {
	var err error
	if d.Columns, d.Rows, _, err = db.Info(ctx, d.Name); err != nil {
		db.Drop(context.WithoutCancel(ctx), d.Name)
		return Dataset{}, err
	}
	rec, err := a.put(store.Record{Project: p.ID, Kind: kindDataset, Name: d.Name, Parents: d.Parents}, d)
	if err != nil {
		db.Drop(context.WithoutCancel(ctx), d.Name)
		return Dataset{}, err
	}
	d.ID, d.Created = rec.ID, rec.Created
	return d, nil
}

func noRecipe() error {
	return core.Errorf(core.Invalid, "no recipe was given").WithHint("a recipe names its dataset and its steps")
}

// tableOf finds a dataset and the database that holds its table.
func (a *App) tableOf(project, dataset string) (*duck.DB, Dataset, error) {
	p, d, err := a.dataset(project, dataset)
	if err != nil {
		return nil, d, err
	}
	if d.NoRows {
		return nil, d, noRows(p, d)
	}
	db, err := a.data(p)
	return db, d, err
}

// Profile describes each column of a dataset.
func (a *App) Profile(project, dataset string) (duck.Profile, error) {
	db, d, err := a.tableOf(project, dataset)
	if err != nil {
		return duck.Profile{}, err
	}
	return db.Profile(context.Background(), d.Name)
}

// Links lists the foreign keys that the data of a project's tables suggest, the
// surest first; see [duck.DB.Links].
func (a *App) Links(project string) ([]duck.Link, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return nil, err
	}
	db, err := a.data(p)
	if err != nil {
		return nil, err
	}
	return db.Links(context.Background())
}

// Leaks lists the columns of a dataset that alone give the target away; see
// [duck.DB.Leaks].
func (a *App) Leaks(project, dataset, target string) ([]duck.Leak, error) {
	p, d, err := a.dataset(project, dataset)
	if err != nil {
		return nil, err
	}
	db, err := a.data(p)
	if err != nil {
		return nil, err
	}
	return db.Leaks(context.Background(), d.Name, target)
}

// Rows returns a window of a dataset as text.
func (a *App) Rows(project, dataset string, offset, limit int) (Page, error) {
	db, d, err := a.tableOf(project, dataset)
	if err != nil {
		return Page{}, err
	}
	var page Page
	page.Header, page.Rows, page.Total, err = db.Page(context.Background(), d.Name, offset, min(limit, 1000))
	return page, err
}

// Rejects returns a window of the rows of a dataset's file that were set aside.
func (a *App) Rejects(project, dataset string, offset, limit int) (RejectPage, error) {
	db, d, err := a.tableOf(project, dataset)
	if err != nil {
		return RejectPage{}, err
	}
	var page RejectPage
	page.Rejects, page.Total, err = db.Rejects(context.Background(), d.Name, offset, min(limit, 1000))
	return page, err
}

// SetRole overrides the role of a column; table.Auto detects it again.
func (a *App) SetRole(project, dataset, column string, role table.Role) (Dataset, error) {
	p, d, err := a.dataset(project, dataset)
	if err != nil {
		return d, err
	}
	db, err := a.data(p)
	if err != nil {
		return d, err
	}
	if err = db.SetRole(context.Background(), d.Name, column, role); err != nil {
		return d, err
	}
	if d.Columns, _, _, err = db.Info(context.Background(), d.Name); err != nil {
		return d, err
	}
	_, err = a.put(store.Record{ID: d.ID, Project: p.ID, Kind: kindDataset, Name: d.Name, Created: d.Created, Parents: d.Parents}, d)
	return d, err
}

// DeleteDataset removes a dataset and its rows. What was learned from it stays.
func (a *App) DeleteDataset(project, dataset string) error {
	p, d, err := a.dataset(project, dataset)
	if err != nil {
		return err
	}
	db, err := a.data(p)
	if err != nil {
		return err
	}
	if err := a.tablesAtRest(p); err != nil {
		return err
	}
	if err := a.store.Delete(p.ID, kindDataset, d.ID); err != nil {
		return err
	}
	return db.Drop(context.Background(), d.Name)
}

// columns reads a dataset into memory.
func (a *App) columns(ctx context.Context, p store.Project, d Dataset, names []string) (*table.Table, error) {
	if d.NoRows {
		return nil, noRows(p, d)
	}
	db, err := a.data(p)
	if err != nil {
		return nil, err
	}
	return db.Columns(ctx, d.Name, names)
}
