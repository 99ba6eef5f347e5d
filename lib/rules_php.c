/** PHP: what its calls do.  Its tempnam() creates the file. */

#include "flow.h"
#include "lex_curly.h"
#include "script.h"
#include "text.h"

#include <string.h>

#define SAFE_FILE "tempnam() or tmpfile()"
#define SAFE_DIRECTORY "mkdir() of a random_bytes() name, checked"

static const struct script_call calls[] = {
	{ "tempnam", CALL_FRESH },
	{ "tmpfile", CALL_FRESH },
	{ "sys_get_temp_dir", CALL_TEMPDIR },
	{ "getmypid", CALL_PID },
	{ "posix_getpid", CALL_PID },
	{ "time", CALL_TIME },
	{ "microtime", CALL_TIME },
	{ "date", CALL_TIME },
	{ "gmdate", CALL_TIME },
	{ "uniqid", CALL_TIME },
	{ "get_current_user", CALL_USER },
	{ "posix_getuid", CALL_USER },
	{ "gethostname", CALL_USER },
	{ "rand", CALL_RANDOM },
	{ "mt_rand", CALL_RANDOM },
	{ "random_bytes", CALL_STRONG, 0, MODE_COUNTED, 8 },
	{ "random_int", CALL_STRONG, 1, MODE_HIGHEST },
	{ "openssl_random_pseudo_bytes", CALL_STRONG, 0, MODE_COUNTED, 8 },
	{ "getenv", CALL_ENVIRONMENT },
	{ "sprintf", CALL_FORMAT, 0 },
	{ "vsprintf", CALL_FORMAT, 0 },
	{ "bin2hex", CALL_SAME },
	{ "strval", CALL_SAME },
	{ "rtrim", CALL_SAME },
	{ "trim", CALL_SAME },
	{ "realpath", CALL_SAME },
	{ "md5", CALL_SAME },
	{ "sha1", CALL_SAME },
	{ "constant", CALL_NOTHING },

	{ "str_replace", CALL_SAME, 2 },
	{ "preg_replace", CALL_SAME, 2 },
	{ "strtr", CALL_SAME },
	{ "strtolower", CALL_SAME },
	{ "escapeshellarg", CALL_SAME },
	{ "addslashes", CALL_SAME },
	{ "basename", CALL_USER },
	{ "session_id", CALL_USER },
	{ "current", CALL_SAME },
	{ "reset", CALL_SAME },
	{ "end", CALL_SAME },
	{ "array_pop", CALL_SAME },
	{ "array_shift", CALL_SAME },
	{ "Str.uuid", CALL_STRONG },
	{ "Str.random", CALL_STRONG, 0, MODE_COUNTED, 6 },
	{ "Uuid.uuid4", CALL_STRONG },
	{ "Uuid.v4", CALL_STRONG },
	{ "com_create_guid", CALL_STRONG },
	{ "wp_tempnam", CALL_FRESH, 1 },
	{ "get_temp_dir", CALL_TEMPDIR },
	{ "file_directory_temp", CALL_TEMPDIR },
	{ "wp_generate_password", CALL_STRONG, 0, MODE_COUNTED, 6 },
	{ "wp_generate_uuid4", CALL_STRONG },
	{ "trailingslashit", CALL_SPECIAL },
	{ "untrailingslashit", CALL_SAME },
	{ "wp_normalize_path", CALL_SAME },
	{ "wp_unslash", CALL_SAME },
	{ "path_join", CALL_JOIN },
	{ "sanitize_file_name", CALL_SAME },
	{ "sanitize_title", CALL_SAME },
	{ "file_directory_path", CALL_NOTHING },
	{ "ltrim", CALL_SAME },
	{ "strtoupper", CALL_SAME },
	{ "ucfirst", CALL_SAME },
	{ "urlencode", CALL_SAME },
	{ "rawurlencode", CALL_SAME },
	{ "Yii.getAlias", CALL_SAME },

	{ "fopen", CALL_SPECIAL, .path_keyword = "filename", .mode_keyword = "mode", .instead = SAFE_FILE },
	{ "gzopen", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "bzopen", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "new.SplFileObject", CALL_SPECIAL, .path_keyword = "filename", .mode_keyword = "mode", .instead = SAFE_FILE },
	{ "file_put_contents", CALL_CREATE, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "touch", CALL_CREATE, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "copy", CALL_CREATE, 1, .path_keyword = "to", .instead = SAFE_FILE },
	{ "move_uploaded_file", CALL_CREATE, 1, .path_keyword = "to", .instead = SAFE_FILE },
	{ "curl_setopt", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "curl_setopt_array", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "call_user_func", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "call_user_func_array", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Closure.fromCallable", CALL_SAME },
	{ "array_map", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "array_walk", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "dba_open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "dba_popen", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "sqlite_open", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.Phar", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "new.PharData", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "new.FilesystemAdapter", CALL_CREATE, 2, .instead = SAFE_DIRECTORY },
	{ "new.FilesystemCache", CALL_CREATE, .instead = SAFE_DIRECTORY },
	{ "wp_mkdir_p", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ ".put_contents", CALL_CREATE, .instead = SAFE_FILE },
	{ "unzip_file", CALL_DIRECTORY, 1, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "copy_dir", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "file_prepare_directory", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "file_unmanaged_save_data", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "file_unmanaged_copy", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "drupal_mkdir", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "write_file", CALL_CREATE, .instead = SAFE_FILE },
	{ "JFile.write", CALL_CREATE, .instead = SAFE_FILE },
	{ "JFile.copy", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "JFolder.create", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "FileSystem.write", CALL_CREATE, .instead = SAFE_FILE },
	{ "FileSystem.copy", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "FileSystem.createDir", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "FileHelper.copyDirectory", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "new.Zend_Log_Writer_Stream", CALL_SPECIAL, .instead = "a directory of the service's own" },
	{ "new.Stream", CALL_SPECIAL, .instead = "a directory of the service's own" },
	{ "new.SimpleFileHandler", CALL_CREATE, .instead = "a directory of the service's own" },
	{ "File.put", CALL_CREATE, .instead = SAFE_FILE },
	{ "File.append", CALL_CREATE, .instead = SAFE_FILE },
	{ "File.prepend", CALL_CREATE, .instead = SAFE_FILE },
	{ "File.copy", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "File.makeDirectory", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "File.ensureDirectoryExists", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "Http.sink", CALL_CREATE, .instead = SAFE_FILE },
	{ ".sink", CALL_CREATE, .instead = SAFE_FILE },
	{ "Process.run", CALL_SHELL, .instead = SAFE_FILE },
	{ "Process.fromShellCommandline", CALL_SHELL, .instead = SAFE_FILE },
	{ "new.Process", CALL_SHELL, .instead = SAFE_FILE },
	{ "FileHelper.createDirectory", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "Writer.createFromPath", CALL_CREATE, 0, MODE_LETTERS, 1, .instead = SAFE_FILE },
	{ "Writer.from", CALL_CREATE, 0, MODE_LETTERS, 1, .instead = SAFE_FILE },
	{ "WriterEntityFactory.openToFile", CALL_CREATE, .instead = SAFE_FILE },
	{ ".openToFile", CALL_CREATE, .instead = SAFE_FILE },
	{ ".openFile", CALL_SPECIAL, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".extractTo", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ ".dumpFile", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".put", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".append", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".prepend", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".copy", CALL_SPECIAL, 1, .instead = SAFE_FILE },
	{ ".mirror", CALL_SPECIAL, 1, .instead = SAFE_FILE },
	{ ".mkdir", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ ".makeDirectory", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ ".ensureDirectoryExists", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ ".touch", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".Output", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".request", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".requestAsync", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".get", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".getAsync", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".post", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".saveToFile", CALL_CREATE, .instead = SAFE_FILE },
	{ ".saveXml", CALL_CREATE, .instead = SAFE_FILE },
	{ ".writeToFile", CALL_CREATE, .instead = SAFE_FILE },
	{ ".toFile", CALL_CREATE, .instead = SAFE_FILE },
	{ ".getPathname", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".getRealPath", CALL_SAME, ARGUMENT_RECEIVER },
	{ "new.SplFileInfo", CALL_SAME },
	{ "new.PDO", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "new.SQLite3", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "ini_set", CALL_SPECIAL, .instead = "a directory of the service's own" },
	{ "error_log", CALL_SPECIAL, .instead = "a directory of the service's own" },
	{ "mkdir", CALL_SPECIAL, .path_keyword = "directory", .instead = SAFE_DIRECTORY },
	{ "imagepng", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "imagejpeg", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "imagegif", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "imagewebp", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "imagebmp", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "dirname", CALL_DIRNAME },
	{ ".save", CALL_CREATE, .instead = SAFE_FILE },
	{ ".asXML", CALL_CREATE, .instead = SAFE_FILE },
	{ ".saveXML", CALL_CREATE, .instead = SAFE_FILE },
	{ ".saveHTMLFile", CALL_CREATE, .instead = SAFE_FILE },
	{ ".saveAs", CALL_CREATE, .instead = SAFE_FILE },
	{ ".writeImage", CALL_CREATE, .instead = SAFE_FILE },
	{ ".writeImages", CALL_CREATE, .instead = SAFE_FILE },
	{ ".moveTo", CALL_CREATE, .instead = SAFE_FILE },
	{ ".appendToFile", CALL_CREATE, .instead = SAFE_FILE },
	{ ".openUri", CALL_CREATE, .instead = SAFE_FILE },
	{ ".openURI", CALL_CREATE, .instead = SAFE_FILE },
	{ "xmlwriter_open_uri", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.StreamHandler", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.RotatingFileHandler", CALL_CREATE, .instead = SAFE_FILE },
	{ "ftp_get", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "ftp_nb_get", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "ssh2_scp_recv", CALL_CREATE, 2, .instead = SAFE_FILE },
	{ "imap_savebody", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "openssl_pkey_export_to_file", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "openssl_csr_export_to_file", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "openssl_x509_export_to_file", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "openssl_pkcs12_export_to_file", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "imageavif", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "imagewbmp", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "pcntl_exec", CALL_SHELL, .instead = SAFE_FILE },
	{ "imagexbm", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "ftok", CALL_NOTHING },
	{ "exec", CALL_SHELL, .instead = SAFE_FILE },
	{ "shell_exec", CALL_SHELL, .instead = SAFE_FILE },
	{ "system", CALL_SHELL, .instead = SAFE_FILE },
	{ "passthru", CALL_SHELL, .instead = SAFE_FILE },
	{ "popen", CALL_SHELL, .instead = SAFE_FILE },
	{ "proc_open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "include", CALL_SOURCE, .instead = "a file that only its owner can write" },
	{ "include_once", CALL_SOURCE, .instead = "a file that only its owner can write" },
	{ "require", CALL_SOURCE, .instead = "a file that only its owner can write" },
	{ "require_once", CALL_SOURCE, .instead = "a file that only its owner can write" },
	{ ".open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "unlink", CALL_RELEASE },
	{ "rmdir", CALL_RELEASE },
	{ "implode", CALL_JOIN_LIST },
	{ "join", CALL_JOIN_LIST },
	{ "chdir", CALL_CHDIR },
	{ "symlink", CALL_EXCLUSIVE, 1 },
	{ "link", CALL_EXCLUSIVE, 1 },
	{ "posix_mkfifo", CALL_EXCLUSIVE },
	{ "umask", CALL_UMASK, .instead = "umask(0077)" },
	{ 0 },
};

static const struct script_variable variables[] = {
	{ "$_ENV.TMPDIR", CALL_TEMPDIR },
	{ "$_SERVER.TMPDIR", CALL_TEMPDIR },
	{ "$_ENV.USER", CALL_USER },
	{ "$_SERVER.REQUEST_TIME", CALL_TIME },
	{ 0 },
};

/** use NAMESPACE\CLASS as OTHER; and NAMESPACE\File is a class of the script's own, unless it is Laravel's, whose
 * calls are known. */
static void import_class(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	bool facade = false;

	for (++i; lex_at(lex, i)->kind == LEX_NAME && lex_is(lex_at(lex, i + 1), "\\"); i += 2)
		facade |= lex_is(lex_at(lex, i), "Facades");
	const struct lex_token *last = lex_at(lex, i), *local = lex_at(lex, i + 2);
	const bool renamed = lex_is(lex_at(lex, i + 1), "as") && local->kind == LEX_NAME,
	           own = lex_is(last, "File") && !facade;
	if (last->kind != LEX_NAME || !lex_is(lex_at(lex, i - 1), "\\") || !(renamed || own))
		return;
	const char *name = arena_bytes(flow_arena(flow), last->text, last->length);
	flow_alias(flow, renamed ? arena_bytes(flow_arena(flow), local->text, local->length) : name,
	           own ? "own.File" : name);
}

/** \NAMESPACE\CLASS::NAME(…), spelt out: the class is known by its own name; of a File see above. */
static void take_qualified(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	struct builder full = { .arena = flow_arena(flow) };
	bool facade = false;

	if (!lex_is(lex_at(lex, i + 1), "\\") || (i && lex_at(lex, i - 1)->kind == LEX_NAME) ||
	    (i > 1 && lex_is(lex_at(lex, i - 1), "\\") && lex_at(lex, i - 2)->kind == LEX_NAME))
		return;
	for (; lex_is(lex_at(lex, i + 1), "\\") && lex_at(lex, i + 2)->kind == LEX_NAME; i += 2) {
		builder_bytes(&full, lex_at(lex, i)->text, lex_at(lex, i)->length);
		builder_text(&full, ".");
		facade |= lex_is(lex_at(lex, i), "Facades");
	}
	const struct lex_token *class = lex_at(lex, i), *name = lex_at(lex, i + 2);
	if (!lex_is(lex_at(lex, i + 1), "::") || name->kind != LEX_NAME || (lex_is(class, "File") && !facade))
		return;
	const char *own = arena_text(flow_arena(flow), "%.*s.%.*s", (int)class->length, class->text, (int)name->length,
	                             name->text);
	builder_text(&full, own);
	flow_alias(flow, builder_string(&full), own);
}

/** FOPEN(…): PHP knows its functions however they are spelt. */
static void take_spelling(struct flow *flow, size_t i) {
	const struct lex_token *name = lex_at(flow_lex(flow), i);
	bool capitals = false;

	if (!lex_is(lex_at(flow_lex(flow), i + 1), "("))
		return;
	for (size_t at = 0; at < name->length; ++at)
		capitals |= name->text[at] >= 'A' && name->text[at] <= 'Z';
	if (!capitals)
		return;
	char *lower = arena_bytes(flow_arena(flow), name->text, name->length);
	for (char *at = lower; *at; ++at)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at - 'A' + 'a');
	if (flow_row(flow, lower))
		flow_alias(flow, arena_bytes(flow_arena(flow), name->text, name->length), lower);
}

/** The parameters between the parentheses that open at open are, or may be, what is given from argument on. */
static void bind_given(struct flow *flow, size_t token, size_t open, size_t argument, bool also) {
	const struct lex *lex = flow_lex(flow);

	for (size_t i = open + 1; i < flow_partner(flow, open); ++i) {
		const struct lex_token *name = lex_at(lex, i);
		const size_t end = flow_expression_end(flow, argument);

		if (name->kind != LEX_NAME || name->text[0] != '$' || end == argument)
			continue;
		const char *own = arena_bytes(flow_arena(flow), name->text, name->length);
		const struct flow_range range = { argument, end };
		if (also)
			flow_bind_also(flow, own, token, range);
		else
			flow_bind(flow, own, token, range);
		if (!lex_is(lex_at(lex, end), ","))
			return;
		argument = end + 1;
	}
}

/** fn ($x) => …, which has no block: what its parameters are where its variable is called, or for a list's elements. */
static void take_arrow(struct flow *flow, size_t i) {
	/* As many as there are tokens at its head: each is bound at another one. */
	enum { MOST = 4 };
	const struct lex *lex = flow_lex(flow);
	const size_t open = i + 1, start = i - (i && lex_is(lex_at(lex, i - 1), "static"));
	const struct lex_token *parameter = lex_at(lex, open + 1), *variable = lex_at(lex, start > 1 ? start - 2 : i);
	const struct value unknown = value_unknown();
	const size_t before = flow_bound_count(flow), body = flow_expression_end(flow, i);
	unsigned count = 0;

	if (!lex_is(lex_at(lex, open), "("))
		return;
	/* It hides what has its name outside. */
	for (size_t at = open + 1; at < flow_partner(flow, open); ++at)
		if (lex_at(lex, at)->kind == LEX_NAME && lex_at(lex, at)->text[0] == '$')
			flow_bind_value(flow,
			                arena_bytes(flow_arena(flow), lex_at(lex, at)->text, lex_at(lex, at)->length),
			                i, &unknown);
	parameter += parameter->kind == LEX_NAME && parameter->text[0] != '$';
	if (lex_is(variable, "array_map") && lex_is(lex_at(lex, body), ","))
		flow_bind_element(flow, arena_bytes(flow_arena(flow), parameter->text, parameter->length), i,
		                  (struct flow_range) { body + 1, flow_expression_end(flow, body + 1) });
	const bool assigned = start && lex_is(lex_at(lex, start - 1), "=");
	for (size_t at = body; assigned && lex_at(lex, at)->kind != LEX_END && count < MOST; ++at) {
		const struct lex_token *token = lex_at(lex, at);

		if (token->kind != LEX_NAME || token->length != variable->length || !lex_is(lex_at(lex, at + 1), "(") ||
		    memcmp(token->text, variable->text, variable->length) != 0)
			continue;
		bind_given(flow, i + count, open, at + 2, count > 0);
		++count;
	}
	flow_bind_until(flow, before, body);
}

/** Constants: define('NAME', value), and those of classes, which are also self::NAME and static::NAME. */
static void prepare(struct flow *flow) {
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);
	const struct value slash = value_literal(flow_arena(flow), "/", 1);

	flow_bind_value(flow, "DIRECTORY_SEPARATOR", 0, &slash);
	for (size_t i = 0; lex_at(lex, i)->kind != LEX_END; ++i) {
		const struct lex_token *token = lex_at(lex, i), *name = lex_at(lex, i + 2);

		if (token->kind != LEX_NAME)
			continue;
		/* use function NAME as OTHER; use const … */
		if (lex_is(token, "use") &&
		    (lex_is(lex_at(lex, i + 1), "function") || lex_is(lex_at(lex, i + 1), "const")) &&
		    name->kind == LEX_NAME && lex_is(lex_at(lex, i + 3), "as") && lex_at(lex, i + 4)->kind == LEX_NAME)
			flow_alias(flow, arena_bytes(arena, lex_at(lex, i + 4)->text, lex_at(lex, i + 4)->length),
			           arena_bytes(arena, name->text, name->length));
		if (lex_is(token, "use"))
			import_class(flow, i);
		if (lex_is(token, "fn"))
			take_arrow(flow, i);
		take_qualified(flow, i);
		take_spelling(flow, i);
		/* foreach (LIST as $x), as $k => $x. */
		if (lex_is(token, "foreach") && lex_is(lex_at(lex, i + 1), "(")) {
			size_t as = i + 2;

			while (as < i + 256 && lex_at(lex, as)->kind != LEX_END && lex_at(lex, as)->kind != LEX_OPEN &&
			       !lex_is(lex_at(lex, as), "as"))
				++as;
			const struct lex_token *item = lex_at(lex, lex_is(lex_at(lex, as + 2), "=>") ? as + 3 : as + 1);
			if (lex_is(lex_at(lex, as), "as") && item->kind == LEX_NAME)
				flow_bind_element(flow, arena_bytes(arena, item->text, item->length), as,
				                  (struct flow_range) { i + 2, as });
		}
		if (lex_is(token, "define") && lex_is(lex_at(lex, i + 1), "(") && name->kind == LEX_STRING &&
		    lex_is(lex_at(lex, i + 3), ",")) {
			size_t end = i + 4, depth = 0;

			for (; lex_at(lex, end)->kind != LEX_NEWLINE && lex_at(lex, end)->kind != LEX_END; ++end) {
				depth += lex_is(lex_at(lex, end), "(");
				if (lex_is(lex_at(lex, end), ")") && depth-- == 0)
					break;
			}
			flow_bind(flow, arena_bytes(arena, name->text, name->length), i,
			          (struct flow_range) { i + 4, end });
		}
		if (lex_is(token, "const") && lex_at(lex, i + 1)->kind == LEX_NAME && lex_is(name, "=")) {
			size_t end = i + 3;

			while (lex_at(lex, end)->kind != LEX_NEWLINE && lex_at(lex, end)->kind != LEX_END)
				++end;
			const char *text = arena_bytes(arena, lex_at(lex, i + 1)->text, lex_at(lex, i + 1)->length);
			const struct flow_range range = { i + 3, end };
			flow_bind(flow, arena_text(arena, "self.%s", text), i, range);
			flow_bind(flow, arena_text(arena, "static.%s", text), i, range);
		}
	}
}

/** A name without the wrapper that PHP opens it by: file://NAME, compress.zlib://NAME. */
static struct value unwrapped(struct value path) {
	static const char *const wrappers[] = {
		"file://", "compress.zlib://", "compress.bzip2://", "phar://", "zip://", "sqlite:", NULL
	};

	for (unsigned i = 0; i < path.count; ++i)
		for (const char *const *row = wrappers; *row; ++row)
			if (text_starts(path.choices[i].text, *row))
				path.choices[i].text += strlen(*row);
	return path;
}

static void do_open(struct flow *flow, const struct flow_call *call) {
	const bool file = call->row->path == ARGUMENT_RECEIVER;
	const struct value path = unwrapped(file ? call->receiver : flow_argument(flow, call, 0, "filename")),
	                   mode = flow_argument(flow, call, !file, "mode");

	flow_open(flow, call, &path, &mode);
}

/** Whether a method is called on an object for the file system: $fs, $this->filesystem, of Symfony or Laravel. */
static bool is_of_files(const struct flow *flow, const struct flow_call *call) {
	static const char *const names[] = { "fs", "filesystem", "files", "fileSystem", "storage", NULL };
	const struct lex *lex = flow_lex(flow);
	size_t last = call->end;

	/* What stands before the arrow. */
	while (last > call->first && !lex_is(lex_at(lex, last), "->"))
		--last;
	while (last > call->first && !(lex_at(lex, last - 1)->kind == LEX_NAME && lex_is(lex_at(lex, last), "->") &&
	                               lex_is(lex_at(lex, last + 2), "(") && !lex_is(lex_at(lex, last - 1), "$this")))
		--last;
	const struct lex_token *of = lex_at(lex, last ? last - 1 : 0);
	const char *name = arena_bytes(flow_arena(flow), of->text, of->length);

	/* Only where the class is known. */
	for (const char *const *row = names; *row; ++row)
		if (strcmp(name + (*name == '$'), *row) == 0)
			return flow_mentions(flow, (struct flow_range) { 0, SIZE_MAX }, "Filesystem");
	return flow_is_typed(flow, name, "Filesystem");
}

/** The methods of such an object. */
static bool do_files(struct flow *flow, const struct flow_call *call) {
	static const char *const names[] = { ".dumpFile", ".put",    ".append", ".prepend",
		                             ".copy",     ".mirror", ".touch",  NULL };
	static const char *const directories[] = { ".mkdir", ".makeDirectory", ".ensureDirectoryExists", NULL };
	// NOLINTNEXTLINE(bugprone-signed-char-misuse,cert-str34-c) ARGUMENT_RECEIVER is -1
	const int place = call->row->path;

	for (const char *const *row = directories; *row; ++row)
		if (strcmp(call->row->name, *row) == 0) {
			const struct value path = flow_argument(flow, call, 0, NULL);

			if (is_of_files(flow, call))
				flow_directory(flow, call, &path, true);
			return true;
		}
	for (const char *const *row = names; *row; ++row)
		if (strcmp(call->row->name, *row) == 0) {
			const struct value path = flow_argument(flow, call, place, NULL);

			if (is_of_files(flow, call))
				flow_create(flow, call, &path, false);
			return true;
		}
	return false;
}

/** Files that options name: [CURLOPT_COOKIEJAR => NAME], ['sink' => NAME], [1 => ['file', NAME, 'w']]. */
static void do_named(struct flow *flow, const struct flow_call *call, const char *key) {
	for (size_t i = 0; i < call->narguments; ++i) {
		const struct value path = flow_member(flow, call->arguments[i].range, key);

		flow_create(flow, call, &path, false);
	}
}

/** What a process puts its output into: ['file', NAME, 'w']. */
static void do_process(struct flow *flow, const struct flow_call *call) {
	const struct lex *lex = flow_lex(flow);

	flow_shell(flow, call);
	for (size_t i = call->first; i + 4 < call->end; ++i)
		if (lex_at(lex, i)->kind == LEX_STRING && lex_at(lex, i)->length == 4 &&
		    memcmp(lex_at(lex, i)->text, "file", 4) == 0 && lex_is(lex_at(lex, i + 1), ",")) {
			const size_t end = flow_expression_end(flow, i + 2);
			const struct value path = flow_value(flow, (struct flow_range) { i + 2, end }),
			                   mode = flow_value(
			                           flow,
			                           (struct flow_range) { end + 1, flow_expression_end(flow, end + 1) });

			if (strpbrk(mode.choices[0].text, "wax"))
				flow_create(flow, call, &path, strchr(mode.choices[0].text, 'x') != NULL);
		}
}

/** The elements of the list that is the only argument, as arguments: [NAME, …]. */
static void take_listed(struct flow *flow, struct flow_call *call) {
	const struct lex *lex = flow_lex(flow);
	const size_t open = call->narguments ? call->arguments[0].range.first : 0;
	size_t at = open + 1;

	call->narguments = 0;
	if (!lex_is(lex_at(lex, open), "["))
		return;
	while (at < flow_partner(flow, open) && call->narguments < FLOW_ARGUMENTS) {
		const size_t end = flow_expression_end(flow, at);

		call->arguments[call->narguments++] = (struct flow_argument) { .range = { at, end } };
		at = end + 1;
	}
}

/** A function that is given by its name: call_user_func('touch', NAME), array_map('touch', LIST). */
static void do_callback(struct flow *flow, const struct flow_call *call) {
	const bool walks = strcmp(call->row->name, "array_walk") == 0, maps = strcmp(call->row->name, "array_map") == 0;
	const struct flow_argument *function = flow_find_argument(call, walks, NULL);
	struct flow_call called = *call;

	const struct value name = function ? flow_value(flow, function->range) : value_unknown();
	if (name.count != 1 || !(called.row = flow_row(flow, name.choices[0].text)) || called.row->effect == CALL_SHELL)
		return;
	/* Without the function; of a list any element. */
	called.narguments = 0;
	for (size_t i = 0; i < call->narguments; ++i)
		if (i != (size_t)walks)
			called.arguments[called.narguments++] = call->arguments[i];
	if (strcmp(call->row->name, "call_user_func_array") == 0)
		take_listed(flow, &called);
	if (!maps && !walks) {
		flow_do(flow, &called);
	} else if (called.row->effect == CALL_CREATE && called.narguments) {
		const struct value path = flow_elements(flow, called.arguments[0].range);

		flow_create(flow, call, &path, false);
	}
}

/** Whether a method fetches something, and options may say where to: of Guzzle, which has one for each verb. */
static bool is_fetch(const char *name) {
	static const char *const names[] = { ".request", ".requestAsync", ".get", ".getAsync", ".post", NULL };

	for (const char *const *row = names; *row; ++row)
		if (strcmp(name, *row) == 0)
			return true;
	return false;
}

/** A path with a slash behind it, of WordPress. */
static void do_slash(struct flow *flow, const struct flow_call *call) {
	struct value path = flow_argument(flow, call, 0, NULL);
	const struct value slash = value_literal(flow_arena(flow), "/", 1);

	for (unsigned i = 0; i < path.count; ++i) {
		const char *text = path.choices[i].text;
		size_t length = strlen(text);

		while (length > 1 && text[length - 1] == '/')
			--length;
		path.choices[i].text = arena_bytes(flow_arena(flow), text, length);
	}
	path = value_concatenate(flow_arena(flow), &path, &slash);
	flow_result(flow, &path);
}

/** Zend's, or Laminas', writer of logs: NAME, and how it is opened if not to be added to. */
static void do_log(struct flow *flow, const struct flow_call *call) {
	const struct flow_range all = { 0, SIZE_MAX };
	const struct value path = unwrapped(flow_argument(flow, call, 0, NULL)),
	                   mode = flow_argument(flow, call, 1, NULL);
	const bool given = flow_has_argument(call, 1, NULL);

	/* Other classes are called so, too. */
	if (strcmp(call->row->name, "new.Stream") == 0 &&
	    !(flow_mentions(flow, all, "Log") && flow_mentions(flow, all, "Writer")))
		return;
	if (!given || strpbrk(mode.choices[0].text, "wa"))
		flow_create(flow, call, &path, false);
}

static void special(struct flow *flow, const struct flow_call *call) {
	const char *name = call->row->name;

	if (do_files(flow, call))
		return;
	if (strcmp(name, "curl_setopt_array") == 0) {
		do_named(flow, call, "CURLOPT_COOKIEJAR");
	} else if (is_fetch(name)) {
		const struct value own = flow_returned(flow, name + 1, strlen(name + 1));

		do_named(flow, call, "sink");
		do_named(flow, call, "save_to");
		flow_result(flow, &own);
	} else if (strcmp(name, "trailingslashit") == 0) {
		do_slash(flow, call);
	} else if (text_ends(name, "Stream")) {
		do_log(flow, call);
	} else if (strcmp(name, "new.SQLite3") == 0) {
		const struct value path = flow_argument(flow, call, 0, "filename");

		if (!flow_mentions(flow, (struct flow_range) { call->first, call->end }, "READONLY"))
			flow_create(flow, call, &path, false);
	} else if (text_starts(name, "new.Phar")) {
		const struct flow_range all = { 0, SIZE_MAX };
		const struct value path = flow_argument(flow, call, 0, NULL);

		/* It may be there to be read. */
		if (flow_mentions(flow, all, "buildFrom") || flow_mentions(flow, all, "addF") ||
		    flow_mentions(flow, all, "setStub"))
			flow_create(flow, call, &path, false);
	} else if (strcmp(name, "proc_open") == 0) {
		do_process(flow, call);
	} else if (strcmp(name, ".Output") == 0) {
		/* FPDF's Output('F', NAME), TCPDF's Output(NAME, 'F'). */
		const struct value first = flow_argument(flow, call, 0, NULL),
		                   second = flow_argument(flow, call, 1, NULL);
		const bool after = first.choices[0].text[0] == 'F' && !first.choices[0].text[1];

		if (after || second.choices[0].text[0] == 'F')
			flow_create(flow, call, after ? &second : &first, false);
	} else if (text_starts(name, "call_user_func") || strncmp(name, "array_", 6) == 0) {
		do_callback(flow, call);
	} else if (strcmp(name, "dba_open") == 0 || strcmp(name, "dba_popen") == 0) {
		const struct value path = flow_argument(flow, call, 0, NULL), mode = flow_argument(flow, call, 1, NULL);

		if (strpbrk(mode.choices[0].text, "cnw"))
			flow_create(flow, call, &path, false);
	} else if (strcmp(name, "mkdir") == 0) {
		const struct value path = flow_argument(flow, call, 0, "directory");

		flow_directory(flow, call, &path, flow_is_ignored(flow, call) || flow_is_guarded(flow, call));
	} else if (strcmp(name, "new.PDO") == 0) {
		const struct value name_of = flow_argument(flow, call, 0, "dsn"), path = unwrapped(name_of);

		if (text_starts(name_of.choices[0].text, "sqlite:"))
			flow_create(flow, call, &path, false);
	} else if (strcmp(name, ".open") == 0) {
		/* ZipArchive. */
		const struct flow_range all = { call->first, call->end };
		const struct value path = flow_argument(flow, call, 0, NULL);

		if (flow_mentions(flow, all, "CREATE") || flow_mentions(flow, all, "OVERWRITE"))
			flow_create(flow, call, &path, flow_mentions(flow, all, "EXCL"));
	} else if (strcmp(name, "curl_setopt") == 0) {
		const struct flow_argument *option = flow_find_argument(call, 1, NULL);
		const struct value path = flow_argument(flow, call, 2, NULL);

		if (option && flow_mentions(flow, option->range, "CURLOPT_COOKIEJAR"))
			flow_create(flow, call, &path, false);
	} else if (strcmp(name, "ini_set") == 0) {
		const struct value setting = flow_argument(flow, call, 0, NULL),
		                   path = flow_argument(flow, call, 1, NULL);

		if (setting.count == 1 && strcmp(setting.choices[0].text, "error_log") == 0)
			flow_create(flow, call, &path, false);
	} else if (strcmp(name, "error_log") == 0) {
		const struct value kind = flow_argument(flow, call, 1, NULL), path = flow_argument(flow, call, 2, NULL);

		if (kind.count == 1 && strcmp(kind.choices[0].text, "3") == 0)
			flow_create(flow, call, &path, false);
	} else {
		do_open(flow, call);
	}
}

#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

const struct script_language language_php = {
	.name = "php",
	.title = "PHP",
	.check = SCRIPT_RUNTIMES,
	.suffixes = LIST(".php", ".phtml", ".php3", ".php5", ".php7", ".inc.php"),
	.interpreters = LIST("php"),
	.begins = "<?php",
	.lex = lex_php,
	.calls = calls,
	.variables = variables,
	.concatenate = LIST("."),
	.either = LIST("?:", "??"),
	.assign = LIST("="),
	.append = LIST(".=", "+="),
	.assign_if_empty = LIST((const char[]) { '?', '?', '=', '\0' }),
	.functions = LIST("function", "fn"),
	.new_words = LIST("new"),
	.methods_apart = true,
	.constructor = "__construct",
	.selves = LIST("$this.", "self.", "static."),
	.prepare = prepare,
	.special = special,
};
