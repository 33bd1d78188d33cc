export namespace app {
	
	export class About {
	    version: string;
	    home: string;
	    threads: number;
	    engine: string;
	    system: string;
	    go: string;
	    processors: number;
	    memory: number;
	
	    static createFrom(source: any = {}) {
	        return new About(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.version = source["version"];
	        this.home = source["home"];
	        this.threads = source["threads"];
	        this.engine = source["engine"];
	        this.system = source["system"];
	        this.go = source["go"];
	        this.processors = source["processors"];
	        this.memory = source["memory"];
	    }
	}
	export class ArchiveRequest {
	    project: string;
	    path?: string;
	    noRows?: boolean;
	
	    static createFrom(source: any = {}) {
	        return new ArchiveRequest(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.project = source["project"];
	        this.path = source["path"];
	        this.noRows = source["noRows"];
	    }
	}
	export class CalendarRequest {
	    project: string;
	    plan: promo.Plan;
	    name: string;
	    format?: string;
	    path?: string;
	
	    static createFrom(source: any = {}) {
	        return new CalendarRequest(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.project = source["project"];
	        this.plan = this.convertValues(source["plan"], promo.Plan);
	        this.name = source["name"];
	        this.format = source["format"];
	        this.path = source["path"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class CurvePoint {
	    step: number;
	    value: Record<string, number>;
	
	    static createFrom(source: any = {}) {
	        return new CurvePoint(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.step = source["step"];
	        this.value = source["value"];
	    }
	}
	export class Dataset {
	    id: string;
	    name: string;
	    role: string;
	    source: string;
	    rows: number;
	    rejected: number;
	    columns: duck.ColumnInfo[];
	    info: source.Info;
	    sha256: string;
	    // Go type: time
	    created: any;
	    recipe?: recipe.Recipe;
	    effects?: recipe.Effect[];
	    parents?: string[];
	    noRows?: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Dataset(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.role = source["role"];
	        this.source = source["source"];
	        this.rows = source["rows"];
	        this.rejected = source["rejected"];
	        this.columns = this.convertValues(source["columns"], duck.ColumnInfo);
	        this.info = this.convertValues(source["info"], source.Info);
	        this.sha256 = source["sha256"];
	        this.created = this.convertValues(source["created"], null);
	        this.recipe = this.convertValues(source["recipe"], recipe.Recipe);
	        this.effects = this.convertValues(source["effects"], recipe.Effect);
	        this.parents = source["parents"];
	        this.noRows = source["noRows"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class DraftStep {
	    do: string;
	    columns?: string[];
	    by?: string;
	    to?: string;
	    decimal?: string;
	    day_first?: boolean;
	    with?: string;
	    value?: string;
	    per?: string[];
	    using?: string[];
	    order?: string;
	    iqr?: number;
	    factor?: number;
	    min?: number;
	    max?: number;
	    then?: string;
	    keep?: string;
	    levels?: number;
	    count?: number;
	    share?: number;
	    similarity?: number;
	    other?: string;
	    map?: Record<string, any>;
	    clean?: string[];
	    find?: string;
	    replace?: string;
	    unit?: string;
	    rates?: Record<string, number>;
	    table?: string;
	    tables?: string[];
	    on?: string[];
	    how?: string;
	    at?: string;
	    days?: number;
	    rows?: number;
	    lags?: number[];
	    make?: string[];
	    parts?: string[];
	    country?: string;
	    where?: string;
	    as?: string;
	    expr?: string;
	    names?: Record<string, string>;
	    width?: number;
	    first?: number;
	    last?: number;
	    k?: number;
	    secret?: string;
	    seed?: number;
	    off?: boolean;
	
	    static createFrom(source: any = {}) {
	        return new DraftStep(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.do = source["do"];
	        this.columns = source["columns"];
	        this.by = source["by"];
	        this.to = source["to"];
	        this.decimal = source["decimal"];
	        this.day_first = source["day_first"];
	        this.with = source["with"];
	        this.value = source["value"];
	        this.per = source["per"];
	        this.using = source["using"];
	        this.order = source["order"];
	        this.iqr = source["iqr"];
	        this.factor = source["factor"];
	        this.min = source["min"];
	        this.max = source["max"];
	        this.then = source["then"];
	        this.keep = source["keep"];
	        this.levels = source["levels"];
	        this.count = source["count"];
	        this.share = source["share"];
	        this.similarity = source["similarity"];
	        this.other = source["other"];
	        this.map = source["map"];
	        this.clean = source["clean"];
	        this.find = source["find"];
	        this.replace = source["replace"];
	        this.unit = source["unit"];
	        this.rates = source["rates"];
	        this.table = source["table"];
	        this.tables = source["tables"];
	        this.on = source["on"];
	        this.how = source["how"];
	        this.at = source["at"];
	        this.days = source["days"];
	        this.rows = source["rows"];
	        this.lags = source["lags"];
	        this.make = source["make"];
	        this.parts = source["parts"];
	        this.country = source["country"];
	        this.where = source["where"];
	        this.as = source["as"];
	        this.expr = source["expr"];
	        this.names = source["names"];
	        this.width = source["width"];
	        this.first = source["first"];
	        this.last = source["last"];
	        this.k = source["k"];
	        this.secret = source["secret"];
	        this.seed = source["seed"];
	        this.off = source["off"];
	    }
	}
	export class Draft {
	    id?: string;
	    name: string;
	    from: string;
	    steps: DraftStep[];
	    // Go type: time
	    changed: any;
	
	    static createFrom(source: any = {}) {
	        return new Draft(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.from = source["from"];
	        this.steps = this.convertValues(source["steps"], DraftStep);
	        this.changed = this.convertValues(source["changed"], null);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	export class Problem {
	    kind: string;
	    message: string;
	    hint: string;
	
	    static createFrom(source: any = {}) {
	        return new Problem(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.kind = source["kind"];
	        this.message = source["message"];
	        this.hint = source["hint"];
	    }
	}
	export class Machine {
	    version: string;
	    system: string;
	    engine: string;
	    threads: number;
	
	    static createFrom(source: any = {}) {
	        return new Machine(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.version = source["version"];
	        this.system = source["system"];
	        this.engine = source["engine"];
	        this.threads = source["threads"];
	    }
	}
	export class Entry {
	    id: string;
	    kind: string;
	    name: string;
	    what: string;
	    dataset: string;
	    // Go type: time
	    created: any;
	    seconds: number;
	    seed: number;
	    scores: Record<string, number>;
	    choices: Record<string, string>;
	    data: string;
	    result: string;
	    bytes: number;
	    machine?: Machine;
	    curve: CurvePoint[];
	    again: boolean;
	    whyNot?: Problem;
	
	    static createFrom(source: any = {}) {
	        return new Entry(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.kind = source["kind"];
	        this.name = source["name"];
	        this.what = source["what"];
	        this.dataset = source["dataset"];
	        this.created = this.convertValues(source["created"], null);
	        this.seconds = source["seconds"];
	        this.seed = source["seed"];
	        this.scores = source["scores"];
	        this.choices = source["choices"];
	        this.data = source["data"];
	        this.result = source["result"];
	        this.bytes = source["bytes"];
	        this.machine = this.convertValues(source["machine"], Machine);
	        this.curve = this.convertValues(source["curve"], CurvePoint);
	        this.again = source["again"];
	        this.whyNot = this.convertValues(source["whyNot"], Problem);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class EventTable {
	    dataset: string;
	    rows: number;
	    columns: recommend.Columns;
	    all: string[];
	    ready: boolean;
	
	    static createFrom(source: any = {}) {
	        return new EventTable(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.dataset = source["dataset"];
	        this.rows = source["rows"];
	        this.columns = this.convertValues(source["columns"], recommend.Columns);
	        this.all = source["all"];
	        this.ready = source["ready"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class EventsExport {
	    project: string;
	    id?: string;
	    path?: string;
	
	    static createFrom(source: any = {}) {
	        return new EventsExport(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.project = source["project"];
	        this.id = source["id"];
	        this.path = source["path"];
	    }
	}
	export class ExportRequest {
	    project: string;
	    run: string;
	    dataset?: string;
	    rows: number;
	    seed?: number;
	    format?: string;
	    path?: string;
	    noGuard?: boolean;
	    where?: string[];
	    share?: number;
	    shares?: string[];
	    from?: number;
	    customers?: number;
	
	    static createFrom(source: any = {}) {
	        return new ExportRequest(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.project = source["project"];
	        this.run = source["run"];
	        this.dataset = source["dataset"];
	        this.rows = source["rows"];
	        this.seed = source["seed"];
	        this.format = source["format"];
	        this.path = source["path"];
	        this.noGuard = source["noGuard"];
	        this.where = source["where"];
	        this.share = source["share"];
	        this.shares = source["shares"];
	        this.from = source["from"];
	        this.customers = source["customers"];
	    }
	}
	export class Exported {
	    path: string;
	    rows: number;
	    size: number;
	    effect?: synth.Effect;
	
	    static createFrom(source: any = {}) {
	        return new Exported(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.path = source["path"];
	        this.rows = source["rows"];
	        this.size = source["size"];
	        this.effect = this.convertValues(source["effect"], synth.Effect);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Found {
	    name: string;
	    label?: string;
	
	    static createFrom(source: any = {}) {
	        return new Found(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.label = source["label"];
	    }
	}
	export class GANChoice {
	    loss?: string;
	    width?: number;
	    depth?: number;
	    critic?: number;
	    gamma?: number;
	    learnRate?: number;
	
	    static createFrom(source: any = {}) {
	        return new GANChoice(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.loss = source["loss"];
	        this.width = source["width"];
	        this.depth = source["depth"];
	        this.critic = source["critic"];
	        this.gamma = source["gamma"];
	        this.learnRate = source["learnRate"];
	    }
	}
	export class GateCheck {
	    name: string;
	    state: string;
	    value: number;
	    lo?: number;
	    hi?: number;
	    limit: number;
	    of?: number;
	    chance?: number;
	    closes: boolean;
	    columns?: string[];
	
	    static createFrom(source: any = {}) {
	        return new GateCheck(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.state = source["state"];
	        this.value = source["value"];
	        this.lo = source["lo"];
	        this.hi = source["hi"];
	        this.limit = source["limit"];
	        this.of = source["of"];
	        this.chance = source["chance"];
	        this.closes = source["closes"];
	        this.columns = source["columns"];
	    }
	}
	export class Gate {
	    open: boolean;
	    level: string;
	    checks: GateCheck[];
	    judged: number;
	
	    static createFrom(source: any = {}) {
	        return new Gate(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.open = source["open"];
	        this.level = source["level"];
	        this.checks = this.convertValues(source["checks"], GateCheck);
	        this.judged = source["judged"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	export class Reading {
	    encoding?: string;
	    delimiter?: string;
	    sheet?: string;
	    headerRow?: number;
	    noHeader?: boolean;
	    member?: string;
	    record?: string;
	    union?: boolean;
	    trustSize?: boolean;
	    table?: string;
	    query?: string;
	
	    static createFrom(source: any = {}) {
	        return new Reading(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.encoding = source["encoding"];
	        this.delimiter = source["delimiter"];
	        this.sheet = source["sheet"];
	        this.headerRow = source["headerRow"];
	        this.noHeader = source["noHeader"];
	        this.member = source["member"];
	        this.record = source["record"];
	        this.union = source["union"];
	        this.trustSize = source["trustSize"];
	        this.table = source["table"];
	        this.query = source["query"];
	    }
	}
	export class ImportRequest {
	    project: string;
	    files: string[];
	    as?: string;
	    role?: string;
	    encoding?: string;
	    reading?: Reading;
	    password?: string;
	    remember?: boolean;
	    roles?: Record<string, number>;
	
	    static createFrom(source: any = {}) {
	        return new ImportRequest(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.project = source["project"];
	        this.files = source["files"];
	        this.as = source["as"];
	        this.role = source["role"];
	        this.encoding = source["encoding"];
	        this.reading = this.convertValues(source["reading"], Reading);
	        this.password = source["password"];
	        this.remember = source["remember"];
	        this.roles = source["roles"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Interrupted {
	    id: string;
	    kind: string;
	    title: string;
	    // Go type: time
	    begun: any;
	    goesOn: boolean;
	    kept: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Interrupted(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.kind = source["kind"];
	        this.title = source["title"];
	        this.begun = this.convertValues(source["begun"], null);
	        this.goesOn = source["goesOn"];
	        this.kept = source["kept"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class StageDone {
	    stage: string;
	    seconds: number;
	    done: number;
	    unit: string;
	
	    static createFrom(source: any = {}) {
	        return new StageDone(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.stage = source["stage"];
	        this.seconds = source["seconds"];
	        this.done = source["done"];
	        this.unit = source["unit"];
	    }
	}
	export class Job {
	    id: string;
	    kind: string;
	    project: string;
	    title: string;
	    state: string;
	    stage: string;
	    done: number;
	    total: number;
	    unit: string;
	    fraction: number;
	    seconds: number;
	    left: number;
	    jobLeft: number;
	    value: Record<string, number>;
	    curve?: CurvePoint[];
	    stages: StageDone[];
	    result?: number[];
	    error?: Problem;
	
	    static createFrom(source: any = {}) {
	        return new Job(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.kind = source["kind"];
	        this.project = source["project"];
	        this.title = source["title"];
	        this.state = source["state"];
	        this.stage = source["stage"];
	        this.done = source["done"];
	        this.total = source["total"];
	        this.unit = source["unit"];
	        this.fraction = source["fraction"];
	        this.seconds = source["seconds"];
	        this.left = source["left"];
	        this.jobLeft = source["jobLeft"];
	        this.value = source["value"];
	        this.curve = this.convertValues(source["curve"], CurvePoint);
	        this.stages = this.convertValues(source["stages"], StageDone);
	        this.result = source["result"];
	        this.error = this.convertValues(source["error"], Problem);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class KeyInfo {
	    key: string;
	    valid: number;
	    cardinality: number;
	
	    static createFrom(source: any = {}) {
	        return new KeyInfo(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.key = source["key"];
	        this.valid = source["valid"];
	        this.cardinality = source["cardinality"];
	    }
	}
	export class Licence {
	    name: string;
	    version: string;
	    licence: string;
	
	    static createFrom(source: any = {}) {
	        return new Licence(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.version = source["version"];
	        this.licence = source["licence"];
	    }
	}
	export class ListsRequest {
	    project: string;
	    what: string;
	    k?: number;
	    format?: string;
	    path?: string;
	
	    static createFrom(source: any = {}) {
	        return new ListsRequest(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.project = source["project"];
	        this.what = source["what"];
	        this.k = source["k"];
	        this.format = source["format"];
	        this.path = source["path"];
	    }
	}
	
	export class Misfit {
	    step: number;
	    problem?: Problem;
	
	    static createFrom(source: any = {}) {
	        return new Misfit(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.step = source["step"];
	        this.problem = this.convertValues(source["problem"], Problem);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class ModelInfo {
	    id: string;
	    name: string;
	    engine: string;
	    dataset: string;
	    // Go type: time
	    created: any;
	    bytes: number;
	    sha256: string;
	    config: number[];
	
	    static createFrom(source: any = {}) {
	        return new ModelInfo(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.engine = source["engine"];
	        this.dataset = source["dataset"];
	        this.created = this.convertValues(source["created"], null);
	        this.bytes = source["bytes"];
	        this.sha256 = source["sha256"];
	        this.config = source["config"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class MovePlan {
	    from: string;
	    to: string;
	    bytes: number;
	    free: number;
	
	    static createFrom(source: any = {}) {
	        return new MovePlan(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.from = source["from"];
	        this.to = source["to"];
	        this.bytes = source["bytes"];
	        this.free = source["free"];
	    }
	}
	export class Page {
	    header: string[];
	    rows: string[][];
	    total: number;
	
	    static createFrom(source: any = {}) {
	        return new Page(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.header = source["header"];
	        this.rows = source["rows"];
	        this.total = source["total"];
	    }
	}
	export class PlanFigures {
	    response: string;
	    profit: number;
	    profitLo: number;
	    profitHi: number;
	    units: number;
	    spent: number;
	
	    static createFrom(source: any = {}) {
	        return new PlanFigures(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.response = source["response"];
	        this.profit = source["profit"];
	        this.profitLo = source["profitLo"];
	        this.profitHi = source["profitHi"];
	        this.units = source["units"];
	        this.spent = source["spent"];
	    }
	}
	export class Slot {
	    item: string;
	    week: number;
	
	    static createFrom(source: any = {}) {
	        return new Slot(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.item = source["item"];
	        this.week = source["week"];
	    }
	}
	export class PlanRequest {
	    horizon: number;
	    items?: string[];
	    stores?: string[];
	    offers: promo.Offer[];
	    stock?: promo.Stock[];
	    margin?: number;
	    margins?: Record<string, number>;
	    costChange?: number;
	    traffic?: number;
	    funding?: number;
	    featureCost?: number;
	    displayCost?: number;
	    brief?: boolean;
	    top?: number;
	    depths?: number[];
	    feature?: boolean;
	    display?: boolean;
	    guess?: boolean;
	    minPromos?: number;
	    maxPromos?: number;
	    gap?: number;
	    minDepth?: number;
	    maxDepth?: number;
	    closed?: number[];
	    locked?: plan.Lock[];
	    own?: Record<string, plan.Limits>;
	    without?: Slot[];
	    given?: promo.Offer[];
	    budget?: number;
	    marginFloor?: number;
	    perCategory?: number;
	    draws?: number;
	    worst?: number;
	
	    static createFrom(source: any = {}) {
	        return new PlanRequest(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.horizon = source["horizon"];
	        this.items = source["items"];
	        this.stores = source["stores"];
	        this.offers = this.convertValues(source["offers"], promo.Offer);
	        this.stock = this.convertValues(source["stock"], promo.Stock);
	        this.margin = source["margin"];
	        this.margins = source["margins"];
	        this.costChange = source["costChange"];
	        this.traffic = source["traffic"];
	        this.funding = source["funding"];
	        this.featureCost = source["featureCost"];
	        this.displayCost = source["displayCost"];
	        this.brief = source["brief"];
	        this.top = source["top"];
	        this.depths = source["depths"];
	        this.feature = source["feature"];
	        this.display = source["display"];
	        this.guess = source["guess"];
	        this.minPromos = source["minPromos"];
	        this.maxPromos = source["maxPromos"];
	        this.gap = source["gap"];
	        this.minDepth = source["minDepth"];
	        this.maxDepth = source["maxDepth"];
	        this.closed = source["closed"];
	        this.locked = this.convertValues(source["locked"], plan.Lock);
	        this.own = this.convertValues(source["own"], plan.Limits, true);
	        this.without = this.convertValues(source["without"], Slot);
	        this.given = this.convertValues(source["given"], promo.Offer);
	        this.budget = source["budget"];
	        this.marginFloor = source["marginFloor"];
	        this.perCategory = source["perCategory"];
	        this.draws = source["draws"];
	        this.worst = source["worst"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Planned {
	    rows: number;
	    offers: promo.Offer[];
	    aside: promo.Aside[];
	
	    static createFrom(source: any = {}) {
	        return new Planned(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.rows = source["rows"];
	        this.offers = this.convertValues(source["offers"], promo.Offer);
	        this.aside = this.convertValues(source["aside"], promo.Aside);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class PlannedRequest {
	    project: string;
	    file: string;
	
	    static createFrom(source: any = {}) {
	        return new PlannedRequest(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.project = source["project"];
	        this.file = source["file"];
	    }
	}
	export class PrivacyChoice {
	    epsilon?: number;
	    delta?: number;
	    person?: string;
	    personRows?: number;
	    public?: string[];
	    noiseSeed?: number;
	
	    static createFrom(source: any = {}) {
	        return new PrivacyChoice(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.epsilon = source["epsilon"];
	        this.delta = source["delta"];
	        this.person = source["person"];
	        this.personRows = source["personRows"];
	        this.public = source["public"];
	        this.noiseSeed = source["noiseSeed"];
	    }
	}
	
	export class ProjectInfo {
	    id: string;
	    name: string;
	    // Go type: time
	    created: any;
	    // Go type: time
	    opened: any;
	    leftOff: string;
	    tables: number;
	    rows: number;
	    bytes: number;
	
	    static createFrom(source: any = {}) {
	        return new ProjectInfo(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.created = this.convertValues(source["created"], null);
	        this.opened = this.convertValues(source["opened"], null);
	        this.leftOff = source["leftOff"];
	        this.tables = source["tables"];
	        this.rows = source["rows"];
	        this.bytes = source["bytes"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class ScenarioInfo {
	    id: string;
	    name: string;
	    title: string;
	    plan: promo.Plan;
	    locked: Slot[];
	    // Go type: time
	    changed: any;
	    told?: PlanFigures;
	
	    static createFrom(source: any = {}) {
	        return new ScenarioInfo(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.title = source["title"];
	        this.plan = this.convertValues(source["plan"], promo.Plan);
	        this.locked = this.convertValues(source["locked"], Slot);
	        this.changed = this.convertValues(source["changed"], null);
	        this.told = this.convertValues(source["told"], PlanFigures);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class PromoRequest {
	    project: string;
	    sales: string;
	    products?: string;
	    promotions?: string;
	    columns?: promo.Columns;
	    backtest?: number;
	
	    static createFrom(source: any = {}) {
	        return new PromoRequest(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.project = source["project"];
	        this.sales = source["sales"];
	        this.products = source["products"];
	        this.promotions = source["promotions"];
	        this.columns = this.convertValues(source["columns"], promo.Columns);
	        this.backtest = source["backtest"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class PromoInfo {
	    model: string;
	    // Go type: time
	    created: any;
	    sales: string;
	    backtest?: promo.BacktestReport;
	    request?: PromoRequest;
	    seconds?: number;
	    data?: string;
	    machine?: Machine;
	
	    static createFrom(source: any = {}) {
	        return new PromoInfo(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.model = source["model"];
	        this.created = this.convertValues(source["created"], null);
	        this.sales = source["sales"];
	        this.backtest = this.convertValues(source["backtest"], promo.BacktestReport);
	        this.request = this.convertValues(source["request"], PromoRequest);
	        this.seconds = source["seconds"];
	        this.data = source["data"];
	        this.machine = this.convertValues(source["machine"], Machine);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class SequenceChoice {
	    owner: string;
	    time?: string;
	    basket?: string;
	    item?: string;
	    customers?: number;
	    model?: string;
	
	    static createFrom(source: any = {}) {
	        return new SequenceChoice(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.owner = source["owner"];
	        this.time = source["time"];
	        this.basket = source["basket"];
	        this.item = source["item"];
	        this.customers = source["customers"];
	        this.model = source["model"];
	    }
	}
	export class TrainRequest {
	    project: string;
	    dataset: string;
	    engine?: string;
	    effort?: string;
	    minutes?: number;
	    seed?: number;
	    rows?: number;
	    target?: string;
	    columns?: string[];
	    privacy?: PrivacyChoice;
	    gan?: GANChoice;
	    continue?: string;
	    sequence?: SequenceChoice;
	
	    static createFrom(source: any = {}) {
	        return new TrainRequest(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.project = source["project"];
	        this.dataset = source["dataset"];
	        this.engine = source["engine"];
	        this.effort = source["effort"];
	        this.minutes = source["minutes"];
	        this.seed = source["seed"];
	        this.rows = source["rows"];
	        this.target = source["target"];
	        this.columns = source["columns"];
	        this.privacy = this.convertValues(source["privacy"], PrivacyChoice);
	        this.gan = this.convertValues(source["gan"], GANChoice);
	        this.continue = source["continue"];
	        this.sequence = this.convertValues(source["sequence"], SequenceChoice);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class RunInfo {
	    id: string;
	    name: string;
	    // Go type: time
	    created: any;
	    seconds: number;
	    seed: number;
	    dataset: string;
	    model: string;
	    rows: number;
	    engine: string;
	    why: quality.Words;
	    steps: number;
	    scores: Record<string, number>;
	    curve: CurvePoint[];
	    customers?: number;
	    request?: TrainRequest;
	    rake?: boolean;
	    data?: string;
	    machine?: Machine;
	
	    static createFrom(source: any = {}) {
	        return new RunInfo(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.created = this.convertValues(source["created"], null);
	        this.seconds = source["seconds"];
	        this.seed = source["seed"];
	        this.dataset = source["dataset"];
	        this.model = source["model"];
	        this.rows = source["rows"];
	        this.engine = source["engine"];
	        this.why = this.convertValues(source["why"], quality.Words);
	        this.steps = source["steps"];
	        this.scores = source["scores"];
	        this.curve = this.convertValues(source["curve"], CurvePoint);
	        this.customers = source["customers"];
	        this.request = this.convertValues(source["request"], TrainRequest);
	        this.rake = source["rake"];
	        this.data = source["data"];
	        this.machine = this.convertValues(source["machine"], Machine);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class ProjectView {
	    id: string;
	    name: string;
	    // Go type: time
	    created: any;
	    // Go type: time
	    opened: any;
	    leftOff: string;
	    tables: number;
	    rows: number;
	    bytes: number;
	    datasets: Dataset[];
	    models: ModelInfo[];
	    runs: RunInfo[];
	    promo?: PromoInfo;
	    scenarios: ScenarioInfo[];
	
	    static createFrom(source: any = {}) {
	        return new ProjectView(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.created = this.convertValues(source["created"], null);
	        this.opened = this.convertValues(source["opened"], null);
	        this.leftOff = source["leftOff"];
	        this.tables = source["tables"];
	        this.rows = source["rows"];
	        this.bytes = source["bytes"];
	        this.datasets = this.convertValues(source["datasets"], Dataset);
	        this.models = this.convertValues(source["models"], ModelInfo);
	        this.runs = this.convertValues(source["runs"], RunInfo);
	        this.promo = this.convertValues(source["promo"], PromoInfo);
	        this.scenarios = this.convertValues(source["scenarios"], ScenarioInfo);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	
	
	export class RecommendRequest {
	    file?: string;
	    project?: string;
	    dataset?: string;
	    columns: recommend.Columns;
	    actions?: string[];
	    method?: string;
	    hold?: string;
	    quick?: boolean;
	    minutes?: number;
	    days?: number;
	    model?: string;
	
	    static createFrom(source: any = {}) {
	        return new RecommendRequest(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.file = source["file"];
	        this.project = source["project"];
	        this.dataset = source["dataset"];
	        this.columns = this.convertValues(source["columns"], recommend.Columns);
	        this.actions = source["actions"];
	        this.method = source["method"];
	        this.hold = source["hold"];
	        this.quick = source["quick"];
	        this.minutes = source["minutes"];
	        this.days = source["days"];
	        this.model = source["model"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class RecommenderInfo {
	    id: string;
	    // Go type: time
	    created: any;
	    dataset: string;
	    method: string;
	    customers: number;
	    items: number;
	    events: number;
	    seconds: number;
	    board?: recommend.Board;
	    notes?: string[];
	    request: RecommendRequest;
	    soon?: recommend.Soon;
	    segments?: recommend.Segment[];
	    picture: recommend.Picture;
	    some?: string[];
	    data?: string;
	    machine?: Machine;
	    passes?: Record<string, number>;
	    print?: string;
	
	    static createFrom(source: any = {}) {
	        return new RecommenderInfo(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.created = this.convertValues(source["created"], null);
	        this.dataset = source["dataset"];
	        this.method = source["method"];
	        this.customers = source["customers"];
	        this.items = source["items"];
	        this.events = source["events"];
	        this.seconds = source["seconds"];
	        this.board = this.convertValues(source["board"], recommend.Board);
	        this.notes = source["notes"];
	        this.request = this.convertValues(source["request"], RecommendRequest);
	        this.soon = this.convertValues(source["soon"], recommend.Soon);
	        this.segments = this.convertValues(source["segments"], recommend.Segment);
	        this.picture = this.convertValues(source["picture"], recommend.Picture);
	        this.some = source["some"];
	        this.data = source["data"];
	        this.machine = this.convertValues(source["machine"], Machine);
	        this.passes = source["passes"];
	        this.print = source["print"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class RejectPage {
	    rejects: source.Reject[];
	    total: number;
	
	    static createFrom(source: any = {}) {
	        return new RejectPage(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.rejects = this.convertValues(source["rejects"], source.Reject);
	        this.total = source["total"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class RelatedItem {
	    name: string;
	    label?: string;
	    item: number;
	    both: number;
	    support: number;
	    confidence: number;
	    lift: number;
	    cosine: number;
	    score: number;
	    substitute?: boolean;
	    times: number;
	
	    static createFrom(source: any = {}) {
	        return new RelatedItem(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.label = source["label"];
	        this.item = source["item"];
	        this.both = source["both"];
	        this.support = source["support"];
	        this.confidence = source["confidence"];
	        this.lift = source["lift"];
	        this.cosine = source["cosine"];
	        this.score = source["score"];
	        this.substitute = source["substitute"];
	        this.times = source["times"];
	    }
	}
	export class Relatives {
	    item: string;
	    label?: string;
	    together: RelatedItem[];
	    instead: RelatedItem[];
	    picture: recommend.Picture;
	
	    static createFrom(source: any = {}) {
	        return new Relatives(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.item = source["item"];
	        this.label = source["label"];
	        this.together = this.convertValues(source["together"], RelatedItem);
	        this.instead = this.convertValues(source["instead"], RelatedItem);
	        this.picture = this.convertValues(source["picture"], recommend.Picture);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class RuleInfo {
	    rule: string;
	    rows: number;
	    broken: number;
	
	    static createFrom(source: any = {}) {
	        return new RuleInfo(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.rule = source["rule"];
	        this.rows = source["rows"];
	        this.broken = source["broken"];
	    }
	}
	
	
	
	export class Settings {
	    language: string;
	    theme: string;
	    textSize: number;
	    numbers: string;
	    dates: string;
	    money: string;
	    memoryMB: number;
	    threads: number;
	    gate: string;
	
	    static createFrom(source: any = {}) {
	        return new Settings(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.language = source["language"];
	        this.theme = source["theme"];
	        this.textSize = source["textSize"];
	        this.numbers = source["numbers"];
	        this.dates = source["dates"];
	        this.money = source["money"];
	        this.memoryMB = source["memoryMB"];
	        this.threads = source["threads"];
	        this.gate = source["gate"];
	    }
	}
	
	export class SourceTable {
	    name: string;
	    kind: string;
	    rows: number;
	
	    static createFrom(source: any = {}) {
	        return new SourceTable(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.kind = source["kind"];
	        this.rows = source["rows"];
	    }
	}
	export class SourceLook {
	    info: source.Info;
	    header: string[];
	    rows: string[][];
	    rejects?: source.Reject[];
	    tables: SourceTable[];
	    problem?: Problem;
	
	    static createFrom(source: any = {}) {
	        return new SourceLook(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.info = this.convertValues(source["info"], source.Info);
	        this.header = source["header"];
	        this.rows = source["rows"];
	        this.rejects = this.convertValues(source["rejects"], source.Reject);
	        this.tables = this.convertValues(source["tables"], SourceTable);
	        this.problem = this.convertValues(source["problem"], Problem);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	
	export class Storage {
	    home: string;
	    projects: number;
	    all: number;
	    tables: number;
	    learned: number;
	    exports: number;
	    uploads: number;
	    removed: number;
	    free: number;
	    old: string;
	    oldBytes: number;
	
	    static createFrom(source: any = {}) {
	        return new Storage(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.home = source["home"];
	        this.projects = source["projects"];
	        this.all = source["all"];
	        this.tables = source["tables"];
	        this.learned = source["learned"];
	        this.exports = source["exports"];
	        this.uploads = source["uploads"];
	        this.removed = source["removed"];
	        this.free = source["free"];
	        this.old = source["old"];
	        this.oldBytes = source["oldBytes"];
	    }
	}
	export class OtherPlan {
	    name: string;
	    offers: number;
	    profit: number;
	    net: promo.Interval;
	    broken: string[];
	    // Go type: promo
	    ahead: any;
	
	    static createFrom(source: any = {}) {
	        return new OtherPlan(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.offers = source["offers"];
	        this.profit = source["profit"];
	        this.net = this.convertValues(source["net"], promo.Interval);
	        this.broken = source["broken"];
	        this.ahead = this.convertValues(source["ahead"], null);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Suggestion {
	    id: string;
	    request: PlanRequest;
	    plan: promo.Plan;
	    labels: string[];
	    outcome?: promo.Outcome;
	    profit: number;
	    bound: number;
	    gap: number;
	    spent: number;
	    tight: string[];
	    broken: string[];
	    others: OtherPlan[];
	    notes: string[];
	
	    static createFrom(source: any = {}) {
	        return new Suggestion(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.request = this.convertValues(source["request"], PlanRequest);
	        this.plan = this.convertValues(source["plan"], promo.Plan);
	        this.labels = source["labels"];
	        this.outcome = this.convertValues(source["outcome"], promo.Outcome);
	        this.profit = source["profit"];
	        this.bound = source["bound"];
	        this.gap = source["gap"];
	        this.spent = source["spent"];
	        this.tight = source["tight"];
	        this.broken = source["broken"];
	        this.others = this.convertValues(source["others"], OtherPlan);
	        this.notes = source["notes"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class TableScore {
	    name: string;
	    rows: number;
	    overall: number;
	
	    static createFrom(source: any = {}) {
	        return new TableScore(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.rows = source["rows"];
	        this.overall = source["overall"];
	    }
	}
	export class TablesExport {
	    project: string;
	    run?: string;
	    format?: string;
	    scale?: number;
	    seed?: number;
	    noGuard?: boolean;
	    path?: string;
	
	    static createFrom(source: any = {}) {
	        return new TablesExport(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.project = source["project"];
	        this.run = source["run"];
	        this.format = source["format"];
	        this.scale = source["scale"];
	        this.seed = source["seed"];
	        this.noGuard = source["noGuard"];
	        this.path = source["path"];
	    }
	}
	export class TablesInfo {
	    id: string;
	    name: string;
	    // Go type: time
	    created: any;
	    seconds: number;
	    seed: number;
	    tables: TableScore[];
	    keys: KeyInfo[];
	    rules: RuleInfo[];
	    warnings: string[];
	
	    static createFrom(source: any = {}) {
	        return new TablesInfo(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.created = this.convertValues(source["created"], null);
	        this.seconds = source["seconds"];
	        this.seed = source["seed"];
	        this.tables = this.convertValues(source["tables"], TableScore);
	        this.keys = this.convertValues(source["keys"], KeyInfo);
	        this.rules = this.convertValues(source["rules"], RuleInfo);
	        this.warnings = source["warnings"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class TablesTraining {
	    project: string;
	    datasets: string[];
	    keys?: string[];
	    effort?: string;
	    seed?: number;
	
	    static createFrom(source: any = {}) {
	        return new TablesTraining(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.project = source["project"];
	        this.datasets = source["datasets"];
	        this.keys = source["keys"];
	        this.effort = source["effort"];
	        this.seed = source["seed"];
	    }
	}
	
	export class Trial {
	    preview: duck.Preview;
	    at: number[];
	    misfits: Misfit[];
	
	    static createFrom(source: any = {}) {
	        return new Trial(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.preview = this.convertValues(source["preview"], duck.Preview);
	        this.at = source["at"];
	        this.misfits = this.convertValues(source["misfits"], Misfit);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class UpliftAsk {
	    dataset: string;
	    treated: string;
	    treatment?: string;
	    outcome: string;
	    context?: string[];
	    id?: string;
	    value?: number;
	    cost?: number;
	    observational?: boolean;
	
	    static createFrom(source: any = {}) {
	        return new UpliftAsk(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.dataset = source["dataset"];
	        this.treated = source["treated"];
	        this.treatment = source["treatment"];
	        this.outcome = source["outcome"];
	        this.context = source["context"];
	        this.id = source["id"];
	        this.value = source["value"];
	        this.cost = source["cost"];
	        this.observational = source["observational"];
	    }
	}

}

export namespace duck {
	
	export class Bar {
	    lo: number;
	    hi: number;
	    count: number;
	
	    static createFrom(source: any = {}) {
	        return new Bar(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.lo = source["lo"];
	        this.hi = source["hi"];
	        this.count = source["count"];
	    }
	}
	export class ColumnInfo {
	    name: string;
	    kind: number;
	    role: number;
	    decimals: number;
	    layout?: string;
	    missing: number;
	    distinct: number;
	    problems?: string[];
	
	    static createFrom(source: any = {}) {
	        return new ColumnInfo(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.kind = source["kind"];
	        this.role = source["role"];
	        this.decimals = source["decimals"];
	        this.layout = source["layout"];
	        this.missing = source["missing"];
	        this.distinct = source["distinct"];
	        this.problems = source["problems"];
	    }
	}
	export class ValueCount {
	    value: string;
	    count: number;
	
	    static createFrom(source: any = {}) {
	        return new ValueCount(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.value = source["value"];
	        this.count = source["count"];
	    }
	}
	export class Quantiles {
	    p05: number;
	    p25: number;
	    p50: number;
	    p75: number;
	    p95: number;
	
	    static createFrom(source: any = {}) {
	        return new Quantiles(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.p05 = source["p05"];
	        this.p25 = source["p25"];
	        this.p50 = source["p50"];
	        this.p75 = source["p75"];
	        this.p95 = source["p95"];
	    }
	}
	export class ColumnProfile {
	    name: string;
	    kind: number;
	    role: number;
	    decimals: number;
	    layout?: string;
	    missing: number;
	    distinct: number;
	    problems?: string[];
	    min?: number;
	    max?: number;
	    mean?: number;
	    deviation?: number;
	    quantiles?: Quantiles;
	    histogram?: Bar[];
	    top?: ValueCount[];
	    strange?: ValueCount[];
	    personal?: string;
	
	    static createFrom(source: any = {}) {
	        return new ColumnProfile(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.kind = source["kind"];
	        this.role = source["role"];
	        this.decimals = source["decimals"];
	        this.layout = source["layout"];
	        this.missing = source["missing"];
	        this.distinct = source["distinct"];
	        this.problems = source["problems"];
	        this.min = source["min"];
	        this.max = source["max"];
	        this.mean = source["mean"];
	        this.deviation = source["deviation"];
	        this.quantiles = this.convertValues(source["quantiles"], Quantiles);
	        this.histogram = this.convertValues(source["histogram"], Bar);
	        this.top = this.convertValues(source["top"], ValueCount);
	        this.strange = this.convertValues(source["strange"], ValueCount);
	        this.personal = source["personal"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Leak {
	    column: string;
	    share: number;
	    say: string;
	
	    static createFrom(source: any = {}) {
	        return new Leak(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.column = source["column"];
	        this.share = source["share"];
	        this.say = source["say"];
	    }
	}
	export class Line {
	    row: number;
	    state: string;
	    before?: string[];
	    after?: string[];
	    marked?: number[];
	
	    static createFrom(source: any = {}) {
	        return new Line(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.row = source["row"];
	        this.state = source["state"];
	        this.before = source["before"];
	        this.after = source["after"];
	        this.marked = source["marked"];
	    }
	}
	export class Link {
	    child: string;
	    column: string;
	    parent: string;
	    key: string;
	    share: number;
	    distinct: number;
	
	    static createFrom(source: any = {}) {
	        return new Link(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.child = source["child"];
	        this.column = source["column"];
	        this.parent = source["parent"];
	        this.key = source["key"];
	        this.share = source["share"];
	        this.distinct = source["distinct"];
	    }
	}
	export class Preview {
	    rows: number;
	    sample: number;
	    effects: recipe.Effect[];
	    before: table.Field[];
	    after: table.Field[];
	    changed: number;
	    dropped: number;
	    added: number;
	    lines: Line[];
	
	    static createFrom(source: any = {}) {
	        return new Preview(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.rows = source["rows"];
	        this.sample = source["sample"];
	        this.effects = this.convertValues(source["effects"], recipe.Effect);
	        this.before = this.convertValues(source["before"], table.Field);
	        this.after = this.convertValues(source["after"], table.Field);
	        this.changed = source["changed"];
	        this.dropped = source["dropped"];
	        this.added = source["added"];
	        this.lines = this.convertValues(source["lines"], Line);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Profile {
	    table: string;
	    rows: number;
	    rejected: number;
	    repeated: number;
	    keys: string[][];
	    columns: ColumnProfile[];
	
	    static createFrom(source: any = {}) {
	        return new Profile(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.table = source["table"];
	        this.rows = source["rows"];
	        this.rejected = source["rejected"];
	        this.repeated = source["repeated"];
	        this.keys = source["keys"];
	        this.columns = this.convertValues(source["columns"], ColumnProfile);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	

}

export namespace plan {
	
	export class Lock {
	    week: number;
	    option: number;
	
	    static createFrom(source: any = {}) {
	        return new Lock(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.week = source["week"];
	        this.option = source["option"];
	    }
	}
	export class Limits {
	    minPromos?: number;
	    maxPromos?: number;
	    gap?: number;
	    minDepth?: number;
	    maxDepth?: number;
	    closed?: number[];
	    locked?: Lock[];
	
	    static createFrom(source: any = {}) {
	        return new Limits(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.minPromos = source["minPromos"];
	        this.maxPromos = source["maxPromos"];
	        this.gap = source["gap"];
	        this.minDepth = source["minDepth"];
	        this.maxDepth = source["maxDepth"];
	        this.closed = source["closed"];
	        this.locked = this.convertValues(source["locked"], Lock);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}

}

export namespace privacy {
	
	export class Cost {
	    what: string;
	    times: number;
	    rho: number;
	    delta?: number;
	
	    static createFrom(source: any = {}) {
	        return new Cost(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.what = source["what"];
	        this.times = source["times"];
	        this.rho = source["rho"];
	        this.delta = source["delta"];
	    }
	}
	export class Statement {
	    epsilon: number;
	    delta: number;
	    rho: number;
	    spent: number;
	    rows: number;
	    person?: string;
	    repeatable?: boolean;
	    costs: Cost[];
	    public?: string[];
	
	    static createFrom(source: any = {}) {
	        return new Statement(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.epsilon = source["epsilon"];
	        this.delta = source["delta"];
	        this.rho = source["rho"];
	        this.spent = source["spent"];
	        this.rows = source["rows"];
	        this.person = source["person"];
	        this.repeatable = source["repeatable"];
	        this.costs = this.convertValues(source["costs"], Cost);
	        this.public = source["public"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}

}

export namespace promo {
	
	export class Aside {
	    line: number;
	    column?: string;
	    cell?: string;
	    why: string;
	
	    static createFrom(source: any = {}) {
	        return new Aside(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.line = source["line"];
	        this.column = source["column"];
	        this.cell = source["cell"];
	        this.why = source["why"];
	    }
	}
	export class Coverage {
	    group: string;
	    cells: number;
	    cover80: number;
	    cover90: number;
	    wmape: number;
	    events: number;
	    unsure: number;
	
	    static createFrom(source: any = {}) {
	        return new Coverage(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.group = source["group"];
	        this.cells = source["cells"];
	        this.cover80 = source["cover80"];
	        this.cover90 = source["cover90"];
	        this.wmape = source["wmape"];
	        this.events = source["events"];
	        this.unsure = source["unsure"];
	    }
	}
	export class Score {
	    method: string;
	    all: number;
	    promo: number;
	
	    static createFrom(source: any = {}) {
	        return new Score(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.method = source["method"];
	        this.all = source["all"];
	        this.promo = source["promo"];
	    }
	}
	export class BacktestReport {
	    weeks: number;
	    cut: string;
	    cells: number;
	    promoCells: number;
	    scores: Score[];
	    coverage: Coverage[];
	    bias: number;
	    promoBias: number;
	
	    static createFrom(source: any = {}) {
	        return new BacktestReport(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.weeks = source["weeks"];
	        this.cut = source["cut"];
	        this.cells = source["cells"];
	        this.promoCells = source["promoCells"];
	        this.scores = this.convertValues(source["scores"], Score);
	        this.coverage = this.convertValues(source["coverage"], Coverage);
	        this.bias = source["bias"];
	        this.promoBias = source["promoBias"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Interval {
	    mean: number;
	    lo80: number;
	    hi80: number;
	    lo90: number;
	    hi90: number;
	
	    static createFrom(source: any = {}) {
	        return new Interval(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.mean = source["mean"];
	        this.lo80 = source["lo80"];
	        this.hi80 = source["hi80"];
	        this.lo90 = source["lo90"];
	        this.hi90 = source["hi90"];
	    }
	}
	export class CellOutcome {
	    week: number;
	    depth: number;
	    feature: boolean;
	    display: boolean;
	    baseline: number;
	    units: Interval;
	    lost: number;
	    guess: boolean;
	
	    static createFrom(source: any = {}) {
	        return new CellOutcome(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.week = source["week"];
	        this.depth = source["depth"];
	        this.feature = source["feature"];
	        this.display = source["display"];
	        this.baseline = source["baseline"];
	        this.units = this.convertValues(source["units"], Interval);
	        this.lost = source["lost"];
	        this.guess = source["guess"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Columns {
	    item?: string;
	    store?: string;
	    week?: string;
	    date?: string;
	    units?: string;
	    price?: string;
	    base?: string;
	    spend?: string;
	    discount?: string;
	    feature?: string;
	    display?: string;
	    tpr?: string;
	    name?: string;
	    category?: string;
	    cost?: string;
	    start?: string;
	    end?: string;
	    depth?: string;
	
	    static createFrom(source: any = {}) {
	        return new Columns(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.item = source["item"];
	        this.store = source["store"];
	        this.week = source["week"];
	        this.date = source["date"];
	        this.units = source["units"];
	        this.price = source["price"];
	        this.base = source["base"];
	        this.spend = source["spend"];
	        this.discount = source["discount"];
	        this.feature = source["feature"];
	        this.display = source["display"];
	        this.tpr = source["tpr"];
	        this.name = source["name"];
	        this.category = source["category"];
	        this.cost = source["cost"];
	        this.start = source["start"];
	        this.end = source["end"];
	        this.depth = source["depth"];
	    }
	}
	
	export class CurvePoint {
	    depth: number;
	    units: Interval;
	    guess: boolean;
	    observed: boolean;
	    feature: boolean;
	    display: boolean;
	
	    static createFrom(source: any = {}) {
	        return new CurvePoint(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.depth = source["depth"];
	        this.units = this.convertValues(source["units"], Interval);
	        this.guess = source["guess"];
	        this.observed = source["observed"];
	        this.feature = source["feature"];
	        this.display = source["display"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Effect {
	    extra: number;
	    priceCut: number;
	    taken: number;
	    pulled: number;
	    short: number;
	    funding: number;
	    fixed: number;
	    net: Interval;
	    chance: number;
	
	    static createFrom(source: any = {}) {
	        return new Effect(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.extra = source["extra"];
	        this.priceCut = source["priceCut"];
	        this.taken = source["taken"];
	        this.pulled = source["pulled"];
	        this.short = source["short"];
	        this.funding = source["funding"];
	        this.fixed = source["fixed"];
	        this.net = this.convertValues(source["net"], Interval);
	        this.chance = source["chance"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	export class ItemOutcome {
	    item: string;
	    name: string;
	    category: string;
	    baseline: number;
	    units: Interval;
	    change: number;
	    sales: number;
	    profit: number;
	    lost: number;
	    weeks: CellOutcome[];
	
	    static createFrom(source: any = {}) {
	        return new ItemOutcome(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.item = source["item"];
	        this.name = source["name"];
	        this.category = source["category"];
	        this.baseline = source["baseline"];
	        this.units = this.convertValues(source["units"], Interval);
	        this.change = source["change"];
	        this.sales = source["sales"];
	        this.profit = source["profit"];
	        this.lost = source["lost"];
	        this.weeks = this.convertValues(source["weeks"], CellOutcome);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class PastWeek {
	    units: number;
	    sales: number;
	    depth: number;
	    feature: boolean;
	    display: boolean;
	
	    static createFrom(source: any = {}) {
	        return new PastWeek(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.units = source["units"];
	        this.sales = source["sales"];
	        this.depth = source["depth"];
	        this.feature = source["feature"];
	        this.display = source["display"];
	    }
	}
	export class ItemView {
	    item: string;
	    name: string;
	    category: string;
	    base: number;
	    cost: number;
	    maxDepth: number;
	    units: number;
	    elasticity: number;
	    history: PastWeek[];
	
	    static createFrom(source: any = {}) {
	        return new ItemView(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.item = source["item"];
	        this.name = source["name"];
	        this.category = source["category"];
	        this.base = source["base"];
	        this.cost = source["cost"];
	        this.maxDepth = source["maxDepth"];
	        this.units = source["units"];
	        this.elasticity = source["elasticity"];
	        this.history = this.convertValues(source["history"], PastWeek);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Offer {
	    item: string;
	    store?: string;
	    week: number;
	    depth: number;
	    feature?: boolean;
	    display?: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Offer(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.item = source["item"];
	        this.store = source["store"];
	        this.week = source["week"];
	        this.depth = source["depth"];
	        this.feature = source["feature"];
	        this.display = source["display"];
	    }
	}
	export class Warning {
	    kind: string;
	    item?: string;
	    store?: string;
	    week: number;
	    limit?: number;
	    text: string;
	
	    static createFrom(source: any = {}) {
	        return new Warning(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.kind = source["kind"];
	        this.item = source["item"];
	        this.store = source["store"];
	        this.week = source["week"];
	        this.limit = source["limit"];
	        this.text = source["text"];
	    }
	}
	export class WeekOutcome {
	    week: number;
	    label: string;
	    baseline: number;
	    baselineProfit: number;
	    units: Interval;
	    sales: Interval;
	    profit: Interval;
	    spent: number;
	    lost: number;
	    guess: boolean;
	
	    static createFrom(source: any = {}) {
	        return new WeekOutcome(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.week = source["week"];
	        this.label = source["label"];
	        this.baseline = source["baseline"];
	        this.baselineProfit = source["baselineProfit"];
	        this.units = this.convertValues(source["units"], Interval);
	        this.sales = this.convertValues(source["sales"], Interval);
	        this.profit = this.convertValues(source["profit"], Interval);
	        this.spent = source["spent"];
	        this.lost = source["lost"];
	        this.guess = source["guess"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Outcome {
	    weeks: WeekOutcome[];
	    items: ItemOutcome[];
	    baseline: number;
	    baselineSales: number;
	    baselineProfit: number;
	    units: Interval;
	    change: Effect;
	    sales: Effect;
	    profit: Effect;
	    spent: number;
	    offerCount: number;
	    lost: number;
	    warnings: Warning[];
	
	    static createFrom(source: any = {}) {
	        return new Outcome(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.weeks = this.convertValues(source["weeks"], WeekOutcome);
	        this.items = this.convertValues(source["items"], ItemOutcome);
	        this.baseline = source["baseline"];
	        this.baselineSales = source["baselineSales"];
	        this.baselineProfit = source["baselineProfit"];
	        this.units = this.convertValues(source["units"], Interval);
	        this.change = this.convertValues(source["change"], Effect);
	        this.sales = this.convertValues(source["sales"], Effect);
	        this.profit = this.convertValues(source["profit"], Effect);
	        this.spent = source["spent"];
	        this.offerCount = source["offerCount"];
	        this.lost = source["lost"];
	        this.warnings = this.convertValues(source["warnings"], Warning);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class StoreView {
	    store: string;
	    share: number;
	
	    static createFrom(source: any = {}) {
	        return new StoreView(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.store = source["store"];
	        this.share = source["share"];
	    }
	}
	export class PanelView {
	    items: ItemView[];
	    stores: StoreView[];
	    weeks: string[];
	    firstAhead: string;
	    notes: string[];
	
	    static createFrom(source: any = {}) {
	        return new PanelView(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.items = this.convertValues(source["items"], ItemView);
	        this.stores = this.convertValues(source["stores"], StoreView);
	        this.weeks = source["weeks"];
	        this.firstAhead = source["firstAhead"];
	        this.notes = source["notes"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	export class Stock {
	    item: string;
	    store?: string;
	    week: number;
	    weeks?: number;
	    units: number;
	
	    static createFrom(source: any = {}) {
	        return new Stock(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.item = source["item"];
	        this.store = source["store"];
	        this.week = source["week"];
	        this.weeks = source["weeks"];
	        this.units = source["units"];
	    }
	}
	export class Plan {
	    horizon: number;
	    items?: string[];
	    stores?: string[];
	    offers: Offer[];
	    stock?: Stock[];
	    margin?: number;
	    margins?: Record<string, number>;
	    costChange?: number;
	    traffic?: number;
	    funding?: number;
	    featureCost?: number;
	    displayCost?: number;
	    brief?: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Plan(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.horizon = source["horizon"];
	        this.items = source["items"];
	        this.stores = source["stores"];
	        this.offers = this.convertValues(source["offers"], Offer);
	        this.stock = this.convertValues(source["stock"], Stock);
	        this.margin = source["margin"];
	        this.margins = source["margins"];
	        this.costChange = source["costChange"];
	        this.traffic = source["traffic"];
	        this.funding = source["funding"];
	        this.featureCost = source["featureCost"];
	        this.displayCost = source["displayCost"];
	        this.brief = source["brief"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	
	
	

}

export namespace quality {
	
	export class Accuracy {
	    one: number;
	    two: number;
	    three: number;
	    overall: number;
	    sets: number;
	    all: number;
	
	    static createFrom(source: any = {}) {
	        return new Accuracy(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.one = source["one"];
	        this.two = source["two"];
	        this.three = source["three"];
	        this.overall = source["overall"];
	        this.sets = source["sets"];
	        this.all = source["all"];
	    }
	}
	export class Attack {
	    auc: number;
	    lo: number;
	    hi: number;
	    members: number;
	    fresh: number;
	    caught: number;
	    caughtLo: number;
	    caughtHi: number;
	
	    static createFrom(source: any = {}) {
	        return new Attack(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.auc = source["auc"];
	        this.lo = source["lo"];
	        this.hi = source["hi"];
	        this.members = source["members"];
	        this.fresh = source["fresh"];
	        this.caught = source["caught"];
	        this.caughtLo = source["caughtLo"];
	        this.caughtHi = source["caughtHi"];
	    }
	}
	export class Bar {
	    label: string;
	    lo?: number;
	    hi?: number;
	    other?: boolean;
	    real: number;
	    synthetic: number;
	
	    static createFrom(source: any = {}) {
	        return new Bar(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.label = source["label"];
	        this.lo = source["lo"];
	        this.hi = source["hi"];
	        this.other = source["other"];
	        this.real = source["real"];
	        this.synthetic = source["synthetic"];
	    }
	}
	export class Both {
	    score: number;
	    gain: number;
	    lo: number;
	    hi: number;
	
	    static createFrom(source: any = {}) {
	        return new Both(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.score = source["score"];
	        this.gain = source["gain"];
	        this.lo = source["lo"];
	        this.hi = source["hi"];
	    }
	}
	export class Clue {
	    name: string;
	    share: number;
	
	    static createFrom(source: any = {}) {
	        return new Clue(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.share = source["share"];
	    }
	}
	export class Words {
	    en: string;
	    "zh-CN": string;
	
	    static createFrom(source: any = {}) {
	        return new Words(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.en = source["en"];
	        this["zh-CN"] = source["zh-CN"];
	    }
	}
	export class ColumnScore {
	    name: string;
	    kind: number;
	    metric: string;
	    score: number;
	    ceiling?: number;
	    realMissing: number;
	    syntheticMissing: number;
	    differs: boolean;
	    finding: Words;
	    bars: Bar[];
	
	    static createFrom(source: any = {}) {
	        return new ColumnScore(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.kind = source["kind"];
	        this.metric = source["metric"];
	        this.score = source["score"];
	        this.ceiling = source["ceiling"];
	        this.realMissing = source["realMissing"];
	        this.syntheticMissing = source["syntheticMissing"];
	        this.differs = source["differs"];
	        this.finding = this.convertValues(source["finding"], Words);
	        this.bars = this.convertValues(source["bars"], Bar);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Detection {
	    c2st?: number;
	    c2holdout?: number;
	    real?: number;
	    bootstrap?: number;
	    rows: number;
	    clues?: Clue[];
	
	    static createFrom(source: any = {}) {
	        return new Detection(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.c2st = source["c2st"];
	        this.c2holdout = source["c2holdout"];
	        this.real = source["real"];
	        this.bootstrap = source["bootstrap"];
	        this.rows = source["rows"];
	        this.clues = this.convertValues(source["clues"], Clue);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Group {
	    name: string;
	    share: number;
	    synthetic: number;
	    realRate: number;
	    syntheticRate: number;
	    margin: number;
	    tstr?: number;
	    trtr?: number;
	
	    static createFrom(source: any = {}) {
	        return new Group(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.share = source["share"];
	        this.synthetic = source["synthetic"];
	        this.realRate = source["realRate"];
	        this.syntheticRate = source["syntheticRate"];
	        this.margin = source["margin"];
	        this.tstr = source["tstr"];
	        this.trtr = source["trtr"];
	    }
	}
	export class Groups {
	    column: string;
	    target?: string;
	    class?: string;
	    groups: Group[];
	    realGap: number;
	    syntheticGap: number;
	    taughtReal?: number;
	    taughtTwin?: number;
	    differs: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Groups(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.column = source["column"];
	        this.target = source["target"];
	        this.class = source["class"];
	        this.groups = this.convertValues(source["groups"], Group);
	        this.realGap = source["realGap"];
	        this.syntheticGap = source["syntheticGap"];
	        this.taughtReal = source["taughtReal"];
	        this.taughtTwin = source["taughtTwin"];
	        this.differs = source["differs"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Judgement {
	    state: string;
	    why: Words;
	
	    static createFrom(source: any = {}) {
	        return new Judgement(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.state = source["state"];
	        this.why = this.convertValues(source["why"], Words);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class LeftOut {
	    name: string;
	    reason: Words;
	
	    static createFrom(source: any = {}) {
	        return new LeftOut(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.reason = this.convertValues(source["reason"], Words);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Membership {
	    density: Attack;
	    trained?: Attack;
	    shadow?: Attack;
	    reference: number;
	    limit: number;
	
	    static createFrom(source: any = {}) {
	        return new Membership(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.density = this.convertValues(source["density"], Attack);
	        this.trained = this.convertValues(source["trained"], Attack);
	        this.shadow = this.convertValues(source["shadow"], Attack);
	        this.reference = source["reference"];
	        this.limit = source["limit"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class PairScore {
	    a: string;
	    b: string;
	    metric: string;
	    score: number;
	    ceiling?: number;
	    shared: number;
	    sharedCeiling?: number;
	    loss: number;
	    real?: number;
	    synthetic?: number;
	
	    static createFrom(source: any = {}) {
	        return new PairScore(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.a = source["a"];
	        this.b = source["b"];
	        this.metric = source["metric"];
	        this.score = source["score"];
	        this.ceiling = source["ceiling"];
	        this.shared = source["shared"];
	        this.sharedCeiling = source["sharedCeiling"];
	        this.loss = source["loss"];
	        this.real = source["real"];
	        this.synthetic = source["synthetic"];
	    }
	}
	export class SinglingOut {
	    columns: number;
	    guesses: number;
	    attack: number;
	    control: number;
	    risk: number;
	    lo: number;
	    hi: number;
	    limit: number;
	
	    static createFrom(source: any = {}) {
	        return new SinglingOut(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.columns = source["columns"];
	        this.guesses = source["guesses"];
	        this.attack = source["attack"];
	        this.control = source["control"];
	        this.risk = source["risk"];
	        this.lo = source["lo"];
	        this.hi = source["hi"];
	        this.limit = source["limit"];
	    }
	}
	export class Privacy {
	    copies: number;
	    holdoutCopies?: number;
	    copyRows: number;
	    holdoutRows?: number;
	    dcrShare?: number;
	    dcrLo?: number;
	    dcrHi?: number;
	    queries?: number;
	    nndr?: number;
	    holdoutNndr?: number;
	    limit: number;
	    membership?: Membership;
	    singlingOut?: SinglingOut[];
	
	    static createFrom(source: any = {}) {
	        return new Privacy(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.copies = source["copies"];
	        this.holdoutCopies = source["holdoutCopies"];
	        this.copyRows = source["copyRows"];
	        this.holdoutRows = source["holdoutRows"];
	        this.dcrShare = source["dcrShare"];
	        this.dcrLo = source["dcrLo"];
	        this.dcrHi = source["dcrHi"];
	        this.queries = source["queries"];
	        this.nndr = source["nndr"];
	        this.holdoutNndr = source["holdoutNndr"];
	        this.limit = source["limit"];
	        this.membership = this.convertValues(source["membership"], Membership);
	        this.singlingOut = this.convertValues(source["singlingOut"], SinglingOut);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class SequencePrivacy {
	    nearer: number;
	    lo: number;
	    hi: number;
	    member: number;
	    memberLo: number;
	    memberHi: number;
	    copies: number;
	    aside: number;
	    asked: number;
	    beside: number;
	
	    static createFrom(source: any = {}) {
	        return new SequencePrivacy(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.nearer = source["nearer"];
	        this.lo = source["lo"];
	        this.hi = source["hi"];
	        this.member = source["member"];
	        this.memberLo = source["memberLo"];
	        this.memberHi = source["memberHi"];
	        this.copies = source["copies"];
	        this.aside = source["aside"];
	        this.asked = source["asked"];
	        this.beside = source["beside"];
	    }
	}
	export class SequenceMetric {
	    name: string;
	    score: number;
	    ceiling?: number;
	
	    static createFrom(source: any = {}) {
	        return new SequenceMetric(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.score = source["score"];
	        this.ceiling = source["ceiling"];
	    }
	}
	export class SequenceColumns {
	    owner: string;
	    time: string;
	    basket?: string;
	    item?: string;
	    amount?: string;
	
	    static createFrom(source: any = {}) {
	        return new SequenceColumns(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.owner = source["owner"];
	        this.time = source["time"];
	        this.basket = source["basket"];
	        this.item = source["item"];
	        this.amount = source["amount"];
	    }
	}
	export class Sequence {
	    columns: SequenceColumns;
	    owners: number;
	    baskets: number;
	    metrics: SequenceMetric[];
	    order: number;
	    whole: number;
	    constant: number;
	    privacy?: SequencePrivacy;
	
	    static createFrom(source: any = {}) {
	        return new Sequence(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.columns = this.convertValues(source["columns"], SequenceColumns);
	        this.owners = source["owners"];
	        this.baskets = source["baskets"];
	        this.metrics = this.convertValues(source["metrics"], SequenceMetric);
	        this.order = source["order"];
	        this.whole = source["whole"];
	        this.constant = source["constant"];
	        this.privacy = this.convertValues(source["privacy"], SequencePrivacy);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Upsampled {
	    target: string;
	    class: string;
	    rare: number;
	    realShare: number;
	    madeShare: number;
	    guess: number;
	    real: number;
	    repeated: number;
	    made: number;
	    gain: number;
	    gainLo: number;
	    gainHi: number;
	    beyond: number;
	    beyondLo: number;
	    beyondHi: number;
	    state: string;
	    words: Words;
	
	    static createFrom(source: any = {}) {
	        return new Upsampled(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.target = source["target"];
	        this.class = source["class"];
	        this.rare = source["rare"];
	        this.realShare = source["realShare"];
	        this.madeShare = source["madeShare"];
	        this.guess = source["guess"];
	        this.real = source["real"];
	        this.repeated = source["repeated"];
	        this.made = source["made"];
	        this.gain = source["gain"];
	        this.gainLo = source["gainLo"];
	        this.gainHi = source["gainHi"];
	        this.beyond = source["beyond"];
	        this.beyondLo = source["beyondLo"];
	        this.beyondHi = source["beyondHi"];
	        this.state = source["state"];
	        this.words = this.convertValues(source["words"], Words);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Utility {
	    target: string;
	    class?: string;
	    metric: string;
	    places?: boolean;
	    tstr: number;
	    trtr: number;
	    guess: number;
	    kept: number;
	    rows: number;
	    learned: boolean;
	    both?: Both;
	
	    static createFrom(source: any = {}) {
	        return new Utility(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.target = source["target"];
	        this.class = source["class"];
	        this.metric = source["metric"];
	        this.places = source["places"];
	        this.tstr = source["tstr"];
	        this.trtr = source["trtr"];
	        this.guess = source["guess"];
	        this.kept = source["kept"];
	        this.rows = source["rows"];
	        this.learned = source["learned"];
	        this.both = this.convertValues(source["both"], Both);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Strange {
	    share: number;
	    lo: number;
	    hi: number;
	    usual: number;
	    rows: number;
	    skill: number;
	    clues?: Clue[];
	
	    static createFrom(source: any = {}) {
	        return new Strange(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.share = source["share"];
	        this.lo = source["lo"];
	        this.hi = source["hi"];
	        this.usual = source["usual"];
	        this.rows = source["rows"];
	        this.skill = source["skill"];
	        this.clues = this.convertValues(source["clues"], Clue);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Triple {
	    columns: string[];
	    score: number;
	    ceiling?: number;
	    loss: number;
	
	    static createFrom(source: any = {}) {
	        return new Triple(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.columns = source["columns"];
	        this.score = source["score"];
	        this.ceiling = source["ceiling"];
	        this.loss = source["loss"];
	    }
	}
	export class Scores {
	    shape: number;
	    trend: number;
	    trendShared: number;
	    overall: number;
	
	    static createFrom(source: any = {}) {
	        return new Scores(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.shape = source["shape"];
	        this.trend = source["trend"];
	        this.trendShared = source["trendShared"];
	        this.overall = source["overall"];
	    }
	}
	export class Verdict {
	    title: Words;
	    sharing: Judgement;
	    modelling: Judgement;
	    testing: Judgement;
	
	    static createFrom(source: any = {}) {
	        return new Verdict(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.title = this.convertValues(source["title"], Words);
	        this.sharing = this.convertValues(source["sharing"], Judgement);
	        this.modelling = this.convertValues(source["modelling"], Judgement);
	        this.testing = this.convertValues(source["testing"], Judgement);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Side {
	    name?: string;
	    rows: number;
	    judged: number;
	
	    static createFrom(source: any = {}) {
	        return new Side(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.rows = source["rows"];
	        this.judged = source["judged"];
	    }
	}
	export class Report {
	    version: number;
	    seed: number;
	    real: Side;
	    holdout?: Side;
	    synthetic: Side;
	    verdict: Verdict;
	    shape: number;
	    trend: number;
	    trendShared: number;
	    overall: number;
	    ceiling?: Scores;
	    floor: Scores;
	    columns: ColumnScore[];
	    pairs: PairScore[];
	    leftOut?: LeftOut[];
	    accuracy?: Accuracy;
	    accuracyCeiling?: Accuracy;
	    triples?: Triple[];
	    detection: Detection;
	    strange?: Strange;
	    utility?: Utility;
	    targets?: Utility[];
	    groups?: Groups[];
	    privacy: Privacy;
	    guarantee?: privacy.Statement;
	    upsampled?: Upsampled[];
	    sequence?: Sequence;
	    problems?: Words[];
	    notes?: Words[];
	
	    static createFrom(source: any = {}) {
	        return new Report(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.version = source["version"];
	        this.seed = source["seed"];
	        this.real = this.convertValues(source["real"], Side);
	        this.holdout = this.convertValues(source["holdout"], Side);
	        this.synthetic = this.convertValues(source["synthetic"], Side);
	        this.verdict = this.convertValues(source["verdict"], Verdict);
	        this.shape = source["shape"];
	        this.trend = source["trend"];
	        this.trendShared = source["trendShared"];
	        this.overall = source["overall"];
	        this.ceiling = this.convertValues(source["ceiling"], Scores);
	        this.floor = this.convertValues(source["floor"], Scores);
	        this.columns = this.convertValues(source["columns"], ColumnScore);
	        this.pairs = this.convertValues(source["pairs"], PairScore);
	        this.leftOut = this.convertValues(source["leftOut"], LeftOut);
	        this.accuracy = this.convertValues(source["accuracy"], Accuracy);
	        this.accuracyCeiling = this.convertValues(source["accuracyCeiling"], Accuracy);
	        this.triples = this.convertValues(source["triples"], Triple);
	        this.detection = this.convertValues(source["detection"], Detection);
	        this.strange = this.convertValues(source["strange"], Strange);
	        this.utility = this.convertValues(source["utility"], Utility);
	        this.targets = this.convertValues(source["targets"], Utility);
	        this.groups = this.convertValues(source["groups"], Groups);
	        this.privacy = this.convertValues(source["privacy"], Privacy);
	        this.guarantee = this.convertValues(source["guarantee"], privacy.Statement);
	        this.upsampled = this.convertValues(source["upsampled"], Upsampled);
	        this.sequence = this.convertValues(source["sequence"], Sequence);
	        this.problems = this.convertValues(source["problems"], Words);
	        this.notes = this.convertValues(source["notes"], Words);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	
	
	
	
	
	
	
	
	
	
	

}

export namespace recipe {
	
	export class Effect {
	    step: number;
	    do: string;
	    say: string;
	    rowsBefore: number;
	    rowsAfter: number;
	    cellsChanged: number;
	    columnsBefore: number;
	    columnsAfter: number;
	    matched?: number;
	    fanOut?: number;
	    map?: Record<string, any>;
	
	    static createFrom(source: any = {}) {
	        return new Effect(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.step = source["step"];
	        this.do = source["do"];
	        this.say = source["say"];
	        this.rowsBefore = source["rowsBefore"];
	        this.rowsAfter = source["rowsAfter"];
	        this.cellsChanged = source["cellsChanged"];
	        this.columnsBefore = source["columnsBefore"];
	        this.columnsAfter = source["columnsAfter"];
	        this.matched = source["matched"];
	        this.fanOut = source["fanOut"];
	        this.map = source["map"];
	    }
	}
	export class Input {
	    name: string;
	    type: string;
	    of?: string;
	    needed?: boolean;
	    choices?: string[];
	    default?: string;
	
	    static createFrom(source: any = {}) {
	        return new Input(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.type = source["type"];
	        this.of = source["of"];
	        this.needed = source["needed"];
	        this.choices = source["choices"];
	        this.default = source["default"];
	    }
	}
	export class Kind {
	    do: string;
	    group: string;
	    inputs: Input[];
	
	    static createFrom(source: any = {}) {
	        return new Kind(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.do = source["do"];
	        this.group = source["group"];
	        this.inputs = this.convertValues(source["inputs"], Input);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Step {
	    do: string;
	    columns?: string[];
	    by?: string;
	    to?: string;
	    decimal?: string;
	    day_first?: boolean;
	    with?: string;
	    value?: string;
	    per?: string[];
	    using?: string[];
	    order?: string;
	    iqr?: number;
	    factor?: number;
	    min?: number;
	    max?: number;
	    then?: string;
	    keep?: string;
	    levels?: number;
	    count?: number;
	    share?: number;
	    similarity?: number;
	    other?: string;
	    map?: Record<string, any>;
	    clean?: string[];
	    find?: string;
	    replace?: string;
	    unit?: string;
	    rates?: Record<string, number>;
	    table?: string;
	    tables?: string[];
	    on?: string[];
	    how?: string;
	    at?: string;
	    days?: number;
	    rows?: number;
	    lags?: number[];
	    make?: string[];
	    parts?: string[];
	    country?: string;
	    where?: string;
	    as?: string;
	    expr?: string;
	    names?: Record<string, string>;
	    width?: number;
	    first?: number;
	    last?: number;
	    k?: number;
	    secret?: string;
	    seed?: number;
	
	    static createFrom(source: any = {}) {
	        return new Step(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.do = source["do"];
	        this.columns = source["columns"];
	        this.by = source["by"];
	        this.to = source["to"];
	        this.decimal = source["decimal"];
	        this.day_first = source["day_first"];
	        this.with = source["with"];
	        this.value = source["value"];
	        this.per = source["per"];
	        this.using = source["using"];
	        this.order = source["order"];
	        this.iqr = source["iqr"];
	        this.factor = source["factor"];
	        this.min = source["min"];
	        this.max = source["max"];
	        this.then = source["then"];
	        this.keep = source["keep"];
	        this.levels = source["levels"];
	        this.count = source["count"];
	        this.share = source["share"];
	        this.similarity = source["similarity"];
	        this.other = source["other"];
	        this.map = source["map"];
	        this.clean = source["clean"];
	        this.find = source["find"];
	        this.replace = source["replace"];
	        this.unit = source["unit"];
	        this.rates = source["rates"];
	        this.table = source["table"];
	        this.tables = source["tables"];
	        this.on = source["on"];
	        this.how = source["how"];
	        this.at = source["at"];
	        this.days = source["days"];
	        this.rows = source["rows"];
	        this.lags = source["lags"];
	        this.make = source["make"];
	        this.parts = source["parts"];
	        this.country = source["country"];
	        this.where = source["where"];
	        this.as = source["as"];
	        this.expr = source["expr"];
	        this.names = source["names"];
	        this.width = source["width"];
	        this.first = source["first"];
	        this.last = source["last"];
	        this.k = source["k"];
	        this.secret = source["secret"];
	        this.seed = source["seed"];
	    }
	}
	export class Recipe {
	    name: string;
	    from: string;
	    steps: Step[];
	
	    static createFrom(source: any = {}) {
	        return new Recipe(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.from = source["from"];
	        this.steps = this.convertValues(source["steps"], Step);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}

}

export namespace recommend {
	
	export class Words {
	    en: string;
	    zh: string;
	
	    static createFrom(source: any = {}) {
	        return new Words(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.en = source["en"];
	        this.zh = source["zh"];
	    }
	}
	export class Because {
	    why: Words;
	    drove?: string[];
	
	    static createFrom(source: any = {}) {
	        return new Because(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.why = this.convertValues(source["why"], Words);
	        this.drove = source["drove"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Suggested {
	    item: string;
	    label?: string;
	    score: number;
	    had?: boolean;
	    from: string;
	    chance?: number;
	    because?: Because;
	
	    static createFrom(source: any = {}) {
	        return new Suggested(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.item = source["item"];
	        this.label = source["label"];
	        this.score = source["score"];
	        this.had = source["had"];
	        this.from = source["from"];
	        this.chance = source["chance"];
	        this.because = this.convertValues(source["because"], Because);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Answer {
	    customer?: string;
	    items: Suggested[];
	    note?: string;
	
	    static createFrom(source: any = {}) {
	        return new Answer(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.customer = source["customer"];
	        this.items = this.convertValues(source["items"], Suggested);
	        this.note = source["note"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	export class Interval {
	    mean: number;
	    lo: number;
	    hi: number;
	
	    static createFrom(source: any = {}) {
	        return new Interval(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.mean = source["mean"];
	        this.lo = source["lo"];
	        this.hi = source["hi"];
	    }
	}
	export class Ranking {
	    customers: number;
	    recall: number[];
	    ndcg: number[];
	    precision: number[];
	    hitRate: number[];
	    mrr: number;
	
	    static createFrom(source: any = {}) {
	        return new Ranking(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.customers = source["customers"];
	        this.recall = source["recall"];
	        this.ndcg = source["ndcg"];
	        this.precision = source["precision"];
	        this.hitRate = source["hitRate"];
	        this.mrr = source["mrr"];
	    }
	}
	export class Entry {
	    method: string;
	    network?: boolean;
	    // Go type: Ranking
	    ranking: any;
	    // Go type: Ranking
	    repeat?: any;
	    // Go type: Ranking
	    explore?: any;
	    recall10: Interval;
	    ndcg10: Interval;
	    coverage: number;
	    novelty: number;
	    place?: number[];
	    seconds?: number;
	    try: number;
	    weights?: Record<string, number>;
	    gain?: Interval;
	
	    static createFrom(source: any = {}) {
	        return new Entry(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.method = source["method"];
	        this.network = source["network"];
	        this.ranking = this.convertValues(source["ranking"], null);
	        this.repeat = this.convertValues(source["repeat"], null);
	        this.explore = this.convertValues(source["explore"], null);
	        this.recall10 = this.convertValues(source["recall10"], Interval);
	        this.ndcg10 = this.convertValues(source["ndcg10"], Interval);
	        this.coverage = source["coverage"];
	        this.novelty = source["novelty"];
	        this.place = source["place"];
	        this.seconds = source["seconds"];
	        this.try = source["try"];
	        this.weights = source["weights"];
	        this.gain = this.convertValues(source["gain"], Interval);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Board {
	    split: string;
	    customers: number;
	    entries: Entry[];
	    words: Words[];
	    notes?: string[];
	
	    static createFrom(source: any = {}) {
	        return new Board(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.split = source["split"];
	        this.customers = source["customers"];
	        this.entries = this.convertValues(source["entries"], Entry);
	        this.words = this.convertValues(source["words"], Words);
	        this.notes = source["notes"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Classification {
	    cases: number;
	    positive: number;
	    accuracy: number;
	    precision: number;
	    recall: number;
	    f1: number;
	    auc: number;
	    logLoss: number;
	    brier: number;
	    ece: number;
	    confusion: number[][];
	
	    static createFrom(source: any = {}) {
	        return new Classification(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.cases = source["cases"];
	        this.positive = source["positive"];
	        this.accuracy = source["accuracy"];
	        this.precision = source["precision"];
	        this.recall = source["recall"];
	        this.f1 = source["f1"];
	        this.auc = source["auc"];
	        this.logLoss = source["logLoss"];
	        this.brier = source["brier"];
	        this.ece = source["ece"];
	        this.confusion = source["confusion"];
	    }
	}
	export class Columns {
	    customer?: string;
	    item?: string;
	    time?: string;
	    basket?: string;
	    action?: string;
	    price?: string;
	    category?: string;
	    discount?: string;
	    channel?: string;
	
	    static createFrom(source: any = {}) {
	        return new Columns(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.customer = source["customer"];
	        this.item = source["item"];
	        this.time = source["time"];
	        this.basket = source["basket"];
	        this.action = source["action"];
	        this.price = source["price"];
	        this.category = source["category"];
	        this.discount = source["discount"];
	        this.channel = source["channel"];
	    }
	}
	export class Cut {
	    hit: number;
	    false: number;
	    missed: number;
	    left: number;
	
	    static createFrom(source: any = {}) {
	        return new Cut(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.hit = source["hit"];
	        this.false = source["false"];
	        this.missed = source["missed"];
	        this.left = source["left"];
	    }
	}
	export class Edge {
	    a: number;
	    b: number;
	    both: number;
	    lift: number;
	
	    static createFrom(source: any = {}) {
	        return new Edge(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.a = source["a"];
	        this.b = source["b"];
	        this.both = source["both"];
	        this.lift = source["lift"];
	    }
	}
	
	
	export class Node {
	    item: string;
	    label?: string;
	    baskets: number;
	    community: number;
	
	    static createFrom(source: any = {}) {
	        return new Node(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.item = source["item"];
	        this.label = source["label"];
	        this.baskets = source["baskets"];
	        this.community = source["community"];
	    }
	}
	export class Picture {
	    nodes: Node[];
	    edges: Edge[];
	
	    static createFrom(source: any = {}) {
	        return new Picture(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.nodes = this.convertValues(source["nodes"], Node);
	        this.edges = this.convertValues(source["edges"], Edge);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Query {
	    customer?: string;
	    items?: string[];
	    k?: number;
	    new?: boolean;
	    exclude?: string[];
	    only?: string[];
	    why?: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Query(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.customer = source["customer"];
	        this.items = source["items"];
	        this.k = source["k"];
	        this.new = source["new"];
	        this.exclude = source["exclude"];
	        this.only = source["only"];
	        this.why = source["why"];
	    }
	}
	export class Segment {
	    name: Words;
	    customers: number;
	    share: number;
	    recency: number;
	    frequency: number;
	    spend: number;
	    words: Words;
	
	    static createFrom(source: any = {}) {
	        return new Segment(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = this.convertValues(source["name"], Words);
	        this.customers = source["customers"];
	        this.share = source["share"];
	        this.recency = source["recency"];
	        this.frequency = source["frequency"];
	        this.spend = source["spend"];
	        this.words = this.convertValues(source["words"], Words);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Told {
	    name: string;
	    control?: boolean;
	    scores: Classification;
	    cuts: Cut[];
	
	    static createFrom(source: any = {}) {
	        return new Told(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.control = source["control"];
	        this.scores = this.convertValues(source["scores"], Classification);
	        this.cuts = this.convertValues(source["cuts"], Cut);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Soon {
	    days: number;
	    action?: string;
	    customers: number;
	    share: number;
	    methods: Told[];
	    words: Words[];
	
	    static createFrom(source: any = {}) {
	        return new Soon(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.days = source["days"];
	        this.action = source["action"];
	        this.customers = source["customers"];
	        this.share = source["share"];
	        this.methods = this.convertValues(source["methods"], Told);
	        this.words = this.convertValues(source["words"], Words);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	

}

export namespace source {
	
	export class PartInfo {
	    name: string;
	    encoding: string;
	    rows: number;
	    rejected: number;
	
	    static createFrom(source: any = {}) {
	        return new PartInfo(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.encoding = source["encoding"];
	        this.rows = source["rows"];
	        this.rejected = source["rejected"];
	    }
	}
	export class Info {
	    format: string;
	    encoding: string;
	    delimiter?: string;
	    sheet?: string;
	    sheets?: string[];
	    headerRow?: number;
	    noHeader?: boolean;
	    gzip?: boolean;
	    record?: string;
	    member?: string;
	    members?: string[];
	    files?: PartInfo[];
	    header: string[];
	    rows: number;
	    rejected: number;
	    bytes: number;
	    missing?: Record<string, number>;
	    notes?: string[];
	
	    static createFrom(source: any = {}) {
	        return new Info(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.format = source["format"];
	        this.encoding = source["encoding"];
	        this.delimiter = source["delimiter"];
	        this.sheet = source["sheet"];
	        this.sheets = source["sheets"];
	        this.headerRow = source["headerRow"];
	        this.noHeader = source["noHeader"];
	        this.gzip = source["gzip"];
	        this.record = source["record"];
	        this.member = source["member"];
	        this.members = source["members"];
	        this.files = this.convertValues(source["files"], PartInfo);
	        this.header = source["header"];
	        this.rows = source["rows"];
	        this.rejected = source["rejected"];
	        this.bytes = source["bytes"];
	        this.missing = source["missing"];
	        this.notes = source["notes"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	export class Reject {
	    line: number;
	    column?: string;
	    reason: string;
	    raw: string;
	
	    static createFrom(source: any = {}) {
	        return new Reject(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.line = source["line"];
	        this.column = source["column"];
	        this.reason = source["reason"];
	        this.raw = source["raw"];
	    }
	}

}

export namespace synth {
	
	export class KindEffect {
	    text: string;
	    from: number;
	    to: number;
	
	    static createFrom(source: any = {}) {
	        return new KindEffect(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.text = source["text"];
	        this.from = source["from"];
	        this.to = source["to"];
	    }
	}
	export class Effect {
	    kinds?: KindEffect[];
	    divergence: number;
	    effective: number;
	
	    static createFrom(source: any = {}) {
	        return new Effect(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.kinds = this.convertValues(source["kinds"], KindEffect);
	        this.divergence = source["divergence"];
	        this.effective = source["effective"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}

}

export namespace table {
	
	export class Field {
	    name: string;
	    kind: number;
	    role: number;
	    decimals: number;
	    layout?: string;
	
	    static createFrom(source: any = {}) {
	        return new Field(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.kind = source["kind"];
	        this.role = source["role"];
	        this.decimals = source["decimals"];
	        this.layout = source["layout"];
	    }
	}

}

