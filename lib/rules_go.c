/** Go: what its calls do. */

#include "flow.h"
#include "lex_curly.h"
#include "script.h"

#include "text.h"

#include <string.h>

#define SAFE_FILE "os.CreateTemp()"
#define SAFE_DIRECTORY "os.MkdirTemp()"

/** The most tokens of what describes an option. */
enum { FLAG = 40 };

static const struct script_call calls[] = {
	{ "os.CreateTemp", CALL_FRESH },
	{ "os.MkdirTemp", CALL_FRESH },
	{ "ioutil.TempFile", CALL_FRESH },
	{ "ioutil.TempDir", CALL_FRESH },
	{ "os.TempDir", CALL_TEMPDIR },
	{ ".TempDir", CALL_FRESH },
	{ "os.Getpid", CALL_PID },
	{ "os.Getppid", CALL_PID },
	{ "syscall.Getpid", CALL_PID },
	{ "time.Now", CALL_TIME },
	{ "os.Getuid", CALL_USER },
	{ "os.Geteuid", CALL_USER },
	{ "os.Hostname", CALL_USER },
	{ "user.Current", CALL_USER },
	{ "rand.Int", CALL_RANDOM },
	{ "rand.Intn", CALL_RANDOM },
	{ "rand.Int31", CALL_RANDOM },
	{ "rand.Int63", CALL_RANDOM },
	{ "rand.Uint32", CALL_RANDOM },
	{ "uuid.New", CALL_STRONG },
	{ "uuid.NewString", CALL_STRONG },
	{ "uuid.NewRandom", CALL_STRONG },
	{ "cryptorand.Read", CALL_STRONG_INTO },
	{ "cryptorand.Int", CALL_STRONG },
	{ "cryptorand.Text", CALL_STRONG },
	{ "hex.EncodeToString", CALL_SAME },
	{ ".EncodeToString", CALL_SAME },
	{ "os.Getenv", CALL_ENVIRONMENT },

	{ "filepath.Join", CALL_JOIN },
	{ "path.Join", CALL_JOIN },
	{ "filepath.FromSlash", CALL_SAME },
	{ "filepath.ToSlash", CALL_SAME },
	{ "filepath.EvalSymlinks", CALL_SAME },
	{ "path.Clean", CALL_SAME },
	{ "securejoin.SecureJoin", CALL_JOIN },
	{ "strings.TrimSpace", CALL_SAME },
	{ "strings.TrimSuffix", CALL_SPECIAL },
	{ "strings.TrimRight", CALL_SPECIAL },
	{ "strings.TrimPrefix", CALL_SAME },
	{ "strings.ToLower", CALL_SAME },
	{ "strings.Replace", CALL_SAME },
	{ "strings.ReplaceAll", CALL_SAME },
	{ "strings.Clone", CALL_SAME },
	{ ".Replace", CALL_SAME },
	{ ".ReplaceAllString", CALL_SAME },
	{ ".ReplaceAllLiteralString", CALL_SAME },
	{ "bytes.NewBufferString", CALL_SAME },
	{ "bytes.NewBuffer", CALL_SAME },
	{ "os.OpenRoot", CALL_SAME },
	{ "os.ExpandEnv", CALL_SAME },
	{ "os.Expand", CALL_SAME },
	{ "cmp.Or", CALL_EITHER },
	{ "append", CALL_SPECIAL },
	{ "fmt.Fprintf", CALL_FORMAT_APPEND, 1 },
	{ "fmt.Fprint", CALL_APPEND_INTO, 1 },
	{ ".JoinPath", CALL_JOIN, ARGUMENT_RECEIVER },
	{ "template.HTML", CALL_SAME },
	{ "xid.New", CALL_STRONG },
	{ "ksuid.New", CALL_STRONG },
	{ "ulid.Make", CALL_STRONG },
	{ "shortuuid.New", CALL_STRONG },
	{ "uuid.NewV4", CALL_STRONG },
	{ "uuid.Must", CALL_STRONG },
	{ "uuid.NewUUID", CALL_STRONG },
	{ "uuid.NewV7", CALL_STRONG },
	{ "filepath.Clean", CALL_SAME },
	{ "filepath.Abs", CALL_SAME },
	{ "fmt.Sprintf", CALL_FORMAT, 0 },
	{ "fmt.Sprint", CALL_CONCATENATE },
	{ "strings.Join", CALL_SPECIAL },
	{ "flag.String", CALL_SPECIAL },
	{ "pflag.String", CALL_SPECIAL },
	{ "flag.StringVar", CALL_DEFAULT_INTO, 2 },
	{ "flag.StringVarP", CALL_DEFAULT_INTO, 3 },
	{ "pflag.StringVar", CALL_DEFAULT_INTO, 2 },
	{ "pflag.StringVarP", CALL_DEFAULT_INTO, 3 },
	{ ".StringVar", CALL_DEFAULT_INTO, 2 },
	{ ".StringVarP", CALL_DEFAULT_INTO, 3 },
	{ ".String", CALL_SPECIAL },
	{ "pflag.StringP", CALL_SPECIAL },
	{ ".StringP", CALL_SPECIAL },
	{ "kingpin.Flag", CALL_NOTHING },
	{ ".Default", CALL_SAME },
	{ "viper.GetString", CALL_SPECIAL },
	{ ".GetString", CALL_SPECIAL },
	{ "rand.Read", CALL_STRONG_INTO },
	{ "strconv.Itoa", CALL_SAME },
	{ "strconv.FormatInt", CALL_SAME },
	{ "string", CALL_SAME },
	{ "byte", CALL_SAME },
	{ ".Name", CALL_SAME, ARGUMENT_RECEIVER },

	{ "os.Create", CALL_CREATE, .instead = SAFE_FILE },
	{ "os.WriteFile", CALL_CREATE, .instead = SAFE_FILE },
	{ ".Create", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".WriteFile", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".OpenFile", CALL_SPECIAL, 0, MODE_FLAGS_OR_READ, 1, .instead = SAFE_FILE },
	{ "ioutil.WriteFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "sql.Open", CALL_SPECIAL, 1, .instead = SAFE_FILE },
	{ "os.Chdir", CALL_CHDIR },
	{ "syscall.Chdir", CALL_CHDIR },
	{ "unix.Chdir", CALL_CHDIR },
	{ "gorm.Open", CALL_NOTHING },
	{ "sqlite.Open", CALL_CREATE, .instead = SAFE_FILE },
	{ "sqlx.Open", CALL_SPECIAL, 1, .instead = SAFE_FILE },
	{ "sqlx.Connect", CALL_SPECIAL, 1, .instead = SAFE_FILE },
	{ "sqlx.MustConnect", CALL_SPECIAL, 1, .instead = SAFE_FILE },
	{ "badger.DefaultOptions", CALL_CREATE, .instead = SAFE_FILE },
	{ "leveldb.OpenFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "pebble.Open", CALL_CREATE, .instead = SAFE_FILE },
	{ "renameio.WriteFile", CALL_NOTHING },
	{ "atomic.WriteFile", CALL_NOTHING },
	{ "gg.SavePNG", CALL_CREATE, .instead = SAFE_FILE },
	{ "gg.SaveJPG", CALL_CREATE, .instead = SAFE_FILE },
	{ ".SavePNG", CALL_CREATE, .instead = SAFE_FILE },
	{ ".SaveJPG", CALL_CREATE, .instead = SAFE_FILE },
	{ ".WriteToFile", CALL_CREATE, .instead = SAFE_FILE },
	{ ".OutputFileAndClose", CALL_CREATE, .instead = SAFE_FILE },
	{ ".WritePdf", CALL_CREATE, .instead = SAFE_FILE },
	{ ".SaveTo", CALL_CREATE, .instead = SAFE_FILE },
	{ "rotatelogs.New", CALL_CREATE, .instead = SAFE_FILE },
	{ "lumberjack.Logger", CALL_CREATE, .path_keyword = "Filename", .instead = SAFE_FILE },
	{ "timberjack.Logger", CALL_CREATE, .path_keyword = "Filename", .instead = SAFE_FILE },
	{ "zap.Config", CALL_CREATE, .path_keyword = "OutputPaths", .instead = SAFE_FILE },
	{ "natefinch.Logger", CALL_CREATE, .path_keyword = "Filename", .instead = SAFE_FILE },
	{ "os.CopyFS", CALL_CREATE, .instead = SAFE_FILE },
	{ "cp.Copy", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "copy.Copy", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "archiver.Unarchive", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "viper.SafeWriteConfigAs", CALL_EXCLUSIVE },
	{ "os.Truncate", CALL_CREATE, .instead = SAFE_FILE },
	{ "os.OpenFile", CALL_CREATE, 0, MODE_FLAGS_OR_READ, 1, .instead = SAFE_FILE },
	{ "syscall.Open", CALL_CREATE, 0, MODE_FLAGS_OR_READ, 1, .instead = SAFE_FILE },
	{ "unix.Open", CALL_CREATE, 0, MODE_FLAGS_OR_READ, 1, .instead = SAFE_FILE },
	{ "filepath.Dir", CALL_DIRNAME },
	{ "path.Dir", CALL_DIRNAME },
	{ "syscall.Openat", CALL_CREATE, 1, MODE_FLAGS_OR_READ, 2, .instead = SAFE_FILE },
	{ "unix.Openat", CALL_CREATE, 1, MODE_FLAGS_OR_READ, 2, .instead = SAFE_FILE },
	{ "unix.Creat", CALL_CREATE, .instead = SAFE_FILE },
	{ "zap.Open", CALL_CREATE, .instead = SAFE_FILE },
	{ "bolt.Open", CALL_CREATE, .instead = SAFE_FILE },
	{ "bbolt.Open", CALL_CREATE, .instead = SAFE_FILE },
	{ "afero.WriteFile", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "imaging.Save", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ ".Save", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".SaveAs", CALL_CREATE, .instead = SAFE_FILE },
	{ "viper.WriteConfigAs", CALL_CREATE, .instead = SAFE_FILE },
	{ ".SaveUploadedFile", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ ".SaveFile", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "grab.Get", CALL_CREATE, .instead = SAFE_FILE },
	{ "syscall.Creat", CALL_CREATE, .instead = SAFE_FILE },
	{ "os.Mkdir", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "syscall.Mkdir", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "os.MkdirAll", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "os.Symlink", CALL_EXCLUSIVE, 1 },
	{ "os.Link", CALL_EXCLUSIVE, 1 },
	{ "syscall.Mkfifo", CALL_EXCLUSIVE },
	{ "unix.Mkfifo", CALL_EXCLUSIVE },
	{ "exec.Command", CALL_SHELL, .instead = SAFE_FILE },
	{ "exec.CommandContext", CALL_SHELL, .instead = SAFE_FILE },
	{ "sh.Run", CALL_SHELL, .instead = SAFE_FILE },
	{ "sh.RunV", CALL_SHELL, .instead = SAFE_FILE },
	{ "sh.RunWith", CALL_SHELL, .instead = SAFE_FILE },
	{ "sh.RunWithV", CALL_SHELL, .instead = SAFE_FILE },
	{ "sh.Exec", CALL_SHELL, .instead = SAFE_FILE },
	{ "sh.Output", CALL_SHELL, .instead = SAFE_FILE },
	{ "sh.OutputWith", CALL_SHELL, .instead = SAFE_FILE },
	{ "sh.Command", CALL_SHELL, .instead = SAFE_FILE },
	{ "script.Exec", CALL_SHELL, .instead = SAFE_FILE },
	{ "execabs.Command", CALL_SHELL, .instead = SAFE_FILE },
	{ "execabs.CommandContext", CALL_SHELL, .instead = SAFE_FILE },
	{ "sh.Copy", CALL_CREATE, .instead = SAFE_FILE },
	{ "script.WriteFile", CALL_CREATE, .instead = SAFE_FILE },
	{ ".AppendFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "ioutils.AtomicWriteFile", CALL_NOTHING },
	{ "excelize.SaveAs", CALL_CREATE, .instead = SAFE_FILE },
	{ "plugin.Open", CALL_SOURCE, .instead = "a directory that only root can write" },
	{ "syscall.Umask", CALL_UMASK, .instead = "syscall.Umask(0077)" },
	{ "unix.Umask", CALL_UMASK, .instead = "unix.Umask(0077)" },
	{ 0 },
};

/** A package's own name: the last part of its path, before a version. */
static void alias_package(struct flow *flow, const struct lex_token *local, const struct lex_token *path) {
	struct arena *arena = flow_arena(flow);
	char *full = arena_bytes(arena, path->text, path->length), *slash = strrchr(full, '/');

	if (slash && slash[1] == 'v' && slash[2] >= '0' && slash[2] <= '9') {
		*slash = '\0';
		slash = strrchr(full, '/');
	}
	/* gopkg.in/NAME.v2. */
	char *version = strrchr(full, '.');
	if (version && version[1] == 'v' && version[2] >= '0' && version[2] <= '9')
		*version = '\0';
	const char *package = slash ? slash + 1 : full;
	/* What gives names that cannot be guessed is called as what gives such that can. */
	if (strcmp(full, "crypto/rand") == 0)
		package = "cryptorand";
	if (local && lex_is(local, "."))
		flow_alias_all(flow, package);
	else
		flow_alias(flow,
		           local   ? arena_bytes(arena, local->text, local->length)
		           : slash ? slash + 1
		                   : full,
		           package);
}

/** FLAGS.StringP(NAME, LETTER, VALUE, …), cli.StringFlag{Name: NAME, Value: VALUE}: what GetString(NAME) gives. */
static void bind_flag(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *token = lex_at(lex, i), *name = NULL;
	size_t value = 0;

	if (i && lex_is(lex_at(lex, i - 1), ".") && lex_is(lex_at(lex, i + 1), "(") &&
	    (lex_is(token, "String") || lex_is(token, "StringP")) && lex_at(lex, i + 2)->kind == LEX_STRING &&
	    lex_is(lex_at(lex, i + 3), ",")) {
		name = lex_at(lex, i + 2);
		value = i + (lex_is(token, "StringP") ? 6 : 4);
	}
	for (size_t at = i + 2;
	     (lex_is(token, "StringFlag") || lex_is(token, "PathFlag")) && lex_at(lex, i + 1)->kind == LEX_OPEN &&
	     at < i + FLAG && lex_at(lex, at)->kind != LEX_CLOSE;
	     ++at) {
		if (lex_is(lex_at(lex, at), "Name") && lex_at(lex, at + 2)->kind == LEX_STRING)
			name = lex_at(lex, at + 2);
		if (lex_is(lex_at(lex, at), "Value") && lex_is(lex_at(lex, at + 1), ":"))
			value = at + 2;
	}
	if (name && value)
		flow_bind(flow, arena_text(flow_arena(flow), "viper.%.*s", (int)name->length, name->text), i,
		          (struct flow_range) { value, flow_expression_end(flow, value) });
}

/** The name that is assigned to before token i: before its type if it is declared, var NAME TYPE =. */
static const struct lex_token *target_of(const struct lex *lex, size_t i) {
	size_t at = i - 1;

	for (unsigned most = FLAG; lex_is(lex_at(lex, i), "=") && most && at && lex_at(lex, at)->kind < LEX_NEWLINE;
	     --most, --at)
		if (lex_is(lex_at(lex, at), "var"))
			return lex_at(lex, at + 1 + lex_is(lex_at(lex, at + 1), "("));
	/* In a group. */
	if (lex_is(lex_at(lex, i), "=") && at > 0 && lex_at(lex, at)->kind == LEX_NEWLINE && at + 2 < i &&
	    lex_at(lex, at + 2)->kind == LEX_NAME)
		return lex_at(lex, at + 1);
	return lex_at(lex, i - 1);
}

/** The name of the field at a place of the structure whose fields begin behind open; NULL: it has none, or no name. */
static const struct lex_token *field_at(const struct flow *flow, size_t open, unsigned place) {
	const struct lex *lex = flow_lex(flow);
	const size_t close = flow_partner(flow, open);
	unsigned count = 0;

	for (size_t i = open + 1; i < close; ++i) {
		if (lex_at(lex, i)->kind == LEX_NEWLINE)
			continue;
		/* NAME, NAME TYPE; or a type alone. */
		for (;; i += 2) {
			const struct lex_token *behind = lex_at(lex, i + 1);

			if (count++ == place)
				return lex_at(lex, i)->kind == LEX_NAME && behind->kind != LEX_NEWLINE &&
				                       behind->kind != LEX_CLOSE && !lex_is(behind, ".")
				               ? lex_at(lex, i)
				               : NULL;
			if (!lex_is(behind, ","))
				break;
		}
		for (; i < close && lex_at(lex, i)->kind != LEX_NEWLINE; ++i)
			i = flow_partner(flow, i) > i ? flow_partner(flow, i) : i;
	}
	return NULL;
}

/** The elements of TYPE{VALUE, VALUE}, which opens at open, are what the fields of the structure hold. */
static void bind_places(struct flow *flow, size_t open, size_t structure) {
	const struct lex *lex = flow_lex(flow);
	const size_t close = flow_partner(flow, open);
	unsigned place = 0;

	for (size_t i = open + 1; i < close; ++place) {
		const size_t end = flow_expression_end(flow, i);
		const struct lex_token *field = field_at(flow, structure, place);

		if (!field || lex_is(lex_at(lex, i + 1), ":"))
			return;
		flow_bind(flow, arena_text(flow_arena(flow), ".%.*s", (int)field->length, field->text), i,
		          (struct flow_range) { i, end });
		i = end + 1;
	}
}

/** type NAME struct {…}, and NAME{VALUE, VALUE}. */
static void bind_structures(struct flow *flow) {
	enum { MOST = 64 };
	const struct lex *lex = flow_lex(flow);
	size_t types[MOST], ntypes = 0;

	for (size_t i = 1; lex_at(lex, i)->kind != LEX_END && ntypes < MOST; ++i)
		if (lex_is(lex_at(lex, i), "struct") && lex_at(lex, i + 1)->kind == LEX_OPEN &&
		    lex_at(lex, i - 1)->kind == LEX_NAME)
			types[ntypes++] = i - 1;
	for (size_t i = 1; ntypes && lex_at(lex, i)->kind != LEX_END; ++i) {
		const struct lex_token *name = lex_at(lex, i);

		if (name->kind != LEX_NAME || lex_at(lex, i + 1)->kind != LEX_OPEN || lex_is(lex_at(lex, i - 1), ")"))
			continue;
		for (size_t k = 0; k < ntypes; ++k)
			if (lex_at(lex, types[k])->length == name->length &&
			    memcmp(lex_at(lex, types[k])->text, name->text, name->length) == 0)
				bind_places(flow, i + 1, types[k] + 2);
	}
}

/** TYPE{NAME: FUNCTION}, x.NAME = FUNCTION: what is called by x.NAME(…). */
static void alias_part(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *name = lex_at(lex, i ? i - 1 : SIZE_MAX),
	                       *before = lex_at(lex, i > 1 ? i - 2 : SIZE_MAX);
	const bool key = lex_is(lex_at(lex, i), ":") &&
	                 (before->kind == LEX_OPEN || before->kind == LEX_NEWLINE || lex_is(before, ","));

	if (name->kind != LEX_NAME || !(key || (lex_is(lex_at(lex, i), "=") && lex_is(before, "."))))
		return;
	flow_alias_part(flow, name, i + 1);
}

/** Whether the type of what a text is built in stands there: strings.Builder, bytes.Buffer. */
static bool is_builder(const struct lex *lex, size_t i) {
	return (lex_is(lex_at(lex, i), "strings") || lex_is(lex_at(lex, i), "bytes")) &&
	       lex_is(lex_at(lex, i + 1), ".") &&
	       (lex_is(lex_at(lex, i + 2), "Builder") || lex_is(lex_at(lex, i + 2), "Buffer"));
}

/** var NAME strings.Builder; NAME := &bytes.Buffer{}, new(bytes.Buffer); NAME.Reset(): it is empty. */
static void bind_builder(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *name = lex_at(lex, i);
	const bool declared = i && lex_is(lex_at(lex, i - 1), "var") && is_builder(lex, i + 1) &&
	                      lex_at(lex, i + 4)->kind >= LEX_NEWLINE,
	           reset = (!i || lex_at(lex, i - 1)->kind >= LEX_NEWLINE) && lex_is(lex_at(lex, i + 1), ".") &&
	                   lex_is(lex_at(lex, i + 2), "Reset") && lex_is(lex_at(lex, i + 3), "(");
	const bool assigned = i > 1 && (lex_is(lex_at(lex, i - 1), ":=") || lex_is(lex_at(lex, i - 1), "="));
	const size_t type = i + (lex_is(name, "&") ? 1 : lex_is(name, "new") ? 2 : 0);

	if (assigned && is_builder(lex, type) && (lex_at(lex, type + 3)->kind == LEX_OPEN || lex_is(name, "new")))
		name = lex_at(lex, i - 2);
	else if (!declared && !reset)
		return;
	if (name->kind == LEX_NAME)
		flow_bind_empty(flow, arena_bytes(flow_arena(flow), name->text, name->length), i);
}

/** NAME TYPE `default:"VALUE"`: what parsers of options and of the environment put there, if nothing else is said. */
static void bind_tag(struct flow *flow, size_t i) {
	static const char *const keys[] = { "default:\"", "envDefault:\"", "env-default:\"" };
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *tag = lex_at(lex, i);
	size_t field = i;

	while (field && lex_at(lex, field - 1)->kind < LEX_NEWLINE)
		--field;
	for (size_t k = 0; k < sizeof keys / sizeof *keys && lex_at(lex, field)->kind == LEX_NAME && field < i; ++k) {
		const size_t length = strlen(keys[k]);
		const char *at = memmem(tag->text, tag->length, keys[k], length), *from = at ? at + length : NULL,
		           *end = at ? memchr(from, '"', (size_t)(tag->text + tag->length - from)) : NULL;

		if (!end || (at > tag->text && at[-1] != ' '))
			continue;
		const struct value otherwise = value_literal(flow_arena(flow), from, (size_t)(end - from)),
		                   unknown = value_unknown(), value = value_either(&otherwise, &unknown);
		flow_bind_value(flow,
		                arena_text(flow_arena(flow), ".%.*s", (int)lex_at(lex, field)->length,
		                           lex_at(lex, field)->text),
		                i, &value);
		return;
	}
}

static void prepare(struct flow *flow) {
	const struct lex *lex = flow_lex(flow);
	const struct value slash = value_literal(flow_arena(flow), "/", 1);

	bind_structures(flow);
	flow_bind_value(flow, "os.PathSeparator", 0, &slash);
	flow_bind_value(flow, "filepath.Separator", 0, &slash);

	for (size_t i = 0; lex_at(lex, i)->kind != LEX_END; ++i) {
		if (i && (lex_is(lex_at(lex, i), "=") || lex_is(lex_at(lex, i), ":=")))
			flow_alias_function(flow, target_of(lex, i), i + 1);
		bind_flag(flow, i);
		alias_part(flow, i);
		if (lex_at(lex, i)->kind == LEX_STRING && lex_at(lex, i + 1)->kind == LEX_NEWLINE)
			bind_tag(flow, i);
		/* viper.SetDefault(KEY, VALUE). */
		if (lex_is(lex_at(lex, i), "SetDefault") && lex_at(lex, i + 2)->kind == LEX_STRING)
			flow_bind(flow,
			          arena_text(flow_arena(flow), "viper.%.*s", (int)lex_at(lex, i + 2)->length,
			                     lex_at(lex, i + 2)->text),
			          i, (struct flow_range) { i + 4, flow_expression_end(flow, i + 4) });
		if (lex_at(lex, i)->kind != LEX_NAME || !lex_is(lex_at(lex, i), "import"))
			continue;
		const bool list = lex_is(lex_at(lex, i + 1), "(");

		for (i += 1 + list; lex_at(lex, i)->kind != LEX_END && !lex_is(lex_at(lex, i), ")"); ++i) {
			const struct lex_token *token = lex_at(lex, i), *before = lex_at(lex, i - 1);

			if (token->kind == LEX_STRING)
				alias_package(flow,
				              before->kind == LEX_NAME && !lex_is(before, "import") ? before
				              : lex_is(before, ".")                                 ? before
				                                                                    : NULL,
				              token);
			if (!list && token->kind == LEX_NEWLINE)
				break;
		}
	}
	flow_alias(flow, "string", "string");
	flow_alias(flow, "byte", "byte");
	flow_alias(flow, "append", "append");
}

/** strings.Join([]string{A, B}, SEPARATOR). */
static void do_join(struct flow *flow, const struct flow_call *call) {
	const struct lex *lex = flow_lex(flow);
	const struct value separator = flow_argument(flow, call, 1, NULL);
	const struct flow_argument *list = flow_find_argument(call, 0, NULL);
	struct value value = { 0 };
	struct flow_range range = list ? list->range : (struct flow_range) { 0 };

	/* A list in a variable. */
	if (list && range.end == range.first + 1 && lex_at(lex, range.first)->kind == LEX_NAME)
		range = flow_bound_range(
		        flow,
		        arena_bytes(flow_arena(flow), lex_at(lex, range.first)->text, lex_at(lex, range.first)->length),
		        call->first);
	size_t i = range.first;
	while (i < range.end && lex_at(lex, i)->kind != LEX_OPEN)
		++i;
	for (++i; list && i + 1 < range.end;) {
		const size_t end = flow_expression_end(flow, i);
		const struct value one = flow_value(flow, (struct flow_range) { i, end });

		if (value.count)
			value = value_concatenate(flow_arena(flow), &value, &separator);
		value = value.count ? value_concatenate(flow_arena(flow), &value, &one) : one;
		i = end + 1;
	}
	if (value.count)
		flow_result(flow, &value);
}

/** append(BYTES, TEXT...), as bytes are made a text; append(LIST, ELEMENT). */
static void do_append(struct flow *flow, const struct flow_call *call) {
	const struct flow_argument *last = flow_find_argument(call, (int)call->narguments - 1, NULL);
	const struct value list = flow_argument(flow, call, 0, NULL);
	struct value value = list;

	for (int i = 1; flow_has_argument(call, i, NULL); ++i) {
		const struct value one = flow_argument(flow, call, i, NULL);

		value = lex_is(lex_at(flow_lex(flow), last->range.end - 1), "...") &&
		                        lex_at(flow_lex(flow), last->range.first)->kind == LEX_STRING
		                ? value_concatenate(flow_arena(flow), &value, &one)
		                : value_either(&value, &one);
	}
	flow_result(flow, &value);
}

/** A name below an os.Root that is known. */
static void do_root(struct flow *flow, const struct flow_call *call) {
	const struct flow_opening opening = flow_opening(flow, call);
	const struct value name = flow_argument(flow, call, 0, NULL),
	                   path = value_join(flow_arena(flow), &call->receiver, &name);

	if (opening.creates && !value_is_unknown(&call->receiver))
		flow_create(flow, call, &path, opening.exclusive);
}

static void special(struct flow *flow, const struct flow_call *call) {
	const struct value path = flow_argument(flow, call, 0, NULL);

	if (strcmp(call->row->name, ".String") == 0 && !call->narguments) {
		flow_result(flow, &call->receiver);
		return;
	}
	if (text_ends(call->row->name, "GetString") ||
	    (strcmp(call->row->name, ".String") == 0 && call->narguments == 1)) {
		const struct value value = flow_value_of(
		        flow, arena_text(flow_arena(flow), "viper.%s", path.choices[0].text), call->first);

		flow_result(flow, &value);
		return;
	}
	if (text_ends(call->row->name, "String") || text_ends(call->row->name, "StringP")) {
		/* Unless it is given. */
		const int at = text_ends(call->row->name, "P") ? 2 : 1;
		const struct value otherwise = flow_argument(flow, call, at, NULL), unknown = value_unknown(),
		                   value = value_either(&otherwise, &unknown);

		flow_result(flow, &value);
		return;
	}
	if (strcmp(call->row->name, ".Create") == 0 || text_ends(call->row->name, "File")) {
		do_root(flow, call);
		return;
	}
	if (strcmp(call->row->name, "append") == 0) {
		do_append(flow, call);
		return;
	}
	if (strcmp(call->row->name, "strings.Join") == 0) {
		do_join(flow, call);
		return;
	}
	if (strcmp(call->row->name, ".Save") == 0) {
		/* Of drawings behind their sizes. */
		const struct value last = flow_argument(flow, call, (int)call->narguments - 1, NULL);

		flow_create(flow, call, &last, false);
		return;
	}
	if (text_starts(call->row->name, "sql")) {
		struct value database = flow_argument(flow, call, 1, NULL);

		/* file:NAME?MODE. */
		for (unsigned i = 0; i < database.count; ++i)
			if (text_starts(database.choices[i].text, "file:"))
				database.choices[i].text += strlen("file:");
		if (text_starts(path.choices[0].text, "sqlite"))
			flow_create(flow, call, &database, false);
		return;
	}
	if (text_starts(call->row->name, "strings.Trim")) {
		struct value trimmed = path;

		for (unsigned i = 0; i < trimmed.count; ++i) {
			const size_t length = strlen(trimmed.choices[i].text);

			if (length > 1 && trimmed.choices[i].text[length - 1] == '/')
				trimmed.choices[i].text =
				        arena_bytes(flow_arena(flow), trimmed.choices[i].text, length - 1);
		}
		flow_result(flow, &trimmed);
		return;
	}
	flow_directory(flow, call, &path,
	               strcmp(call->row->name, "os.MkdirAll") == 0 || flow_is_ignored(flow, call) ||
	                       flow_is_guarded(flow, call));
}

#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

const struct script_language language_go = {
	.name = "go",
	.title = "Go",
	.check = SCRIPT_RUNTIMES,
	.suffixes = LIST(".go"),
	.interpreters = LIST("go", "gorun", "yaegi"),
	.lex = lex_go,
	.calls = calls,
	.concatenate = LIST("+"),
	.assign = LIST("=", ":=", "<-"),
	.append = LIST("+=", "|="),
	.functions = LIST("func"),
	.needs_imports = true,
	.names_first = true,
	.fields = true,
	.listing_braces = true,
	.adders = LIST("WriteString", "WriteByte", "WriteRune", "Add"),
	.prepare = prepare,
	.bind = bind_builder,
	.special = special,
};
