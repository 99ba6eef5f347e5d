/** PHP: what its calls do.  Its tempnam() creates the file. */

#include "flow.h"
#include "lex_curly.h"
#include "script.h"

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
	{ "random_bytes", CALL_STRONG },
	{ "random_int", CALL_STRONG },
	{ "openssl_random_pseudo_bytes", CALL_STRONG },
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

	{ "fopen", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "gzopen", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "bzopen", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "new.SplFileObject", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "file_put_contents", CALL_CREATE, .instead = SAFE_FILE },
	{ "touch", CALL_CREATE, .instead = SAFE_FILE },
	{ "copy", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "move_uploaded_file", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "curl_setopt", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "new.PDO", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "new.SQLite3", CALL_CREATE, .instead = SAFE_FILE },
	{ "ini_set", CALL_SPECIAL, .instead = "a directory of the service's own" },
	{ "error_log", CALL_SPECIAL, .instead = "a directory of the service's own" },
	{ "mkdir", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
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
	{ "proc_open", CALL_SHELL, .instead = SAFE_FILE },
	{ "include", CALL_SOURCE, .instead = "a file that only its owner can write" },
	{ "include_once", CALL_SOURCE, .instead = "a file that only its owner can write" },
	{ "require", CALL_SOURCE, .instead = "a file that only its owner can write" },
	{ "require_once", CALL_SOURCE, .instead = "a file that only its owner can write" },
	{ ".open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "implode", CALL_JOIN_LIST },
	{ "join", CALL_JOIN_LIST },
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
		/* use function NAME as OTHER; */
		if (lex_is(token, "use") && lex_is(lex_at(lex, i + 1), "function") && name->kind == LEX_NAME &&
		    lex_is(lex_at(lex, i + 3), "as") && lex_at(lex, i + 4)->kind == LEX_NAME)
			flow_alias(flow, arena_bytes(arena, lex_at(lex, i + 4)->text, lex_at(lex, i + 4)->length),
			           arena_bytes(arena, name->text, name->length));
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

static void do_open(struct flow *flow, const struct flow_call *call) {
	const struct value path = flow_argument(flow, call, 0, NULL), mode = flow_argument(flow, call, 1, NULL);
	bool creates = false, exclusive = true;

	for (unsigned i = 0; i < mode.count; ++i) {
		creates |= strpbrk(mode.choices[i].text, "wacx") != NULL;
		exclusive &= strchr(mode.choices[i].text, 'x') != NULL;
	}
	if (creates)
		flow_create(flow, call, &path, exclusive);
}

static void special(struct flow *flow, const struct flow_call *call) {
	const char *name = call->row->name;

	if (strcmp(name, "mkdir") == 0) {
		const struct value path = flow_argument(flow, call, 0, NULL);

		flow_directory(flow, call, &path, flow_is_ignored(flow, call) || flow_is_guarded(flow, call));
	} else if (strcmp(name, "new.PDO") == 0) {
		struct value path = flow_argument(flow, call, 0, NULL);

		if (path.count == 1 && strncmp(path.choices[0].text, "sqlite:", strlen("sqlite:")) == 0) {
			path.choices[0].text += strlen("sqlite:");
			flow_create(flow, call, &path, false);
		}
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
	.append = LIST(".="),
	.assign_if_empty = LIST((const char[]) { '?', '?', '=', '\0' }),
	.functions = LIST("function", "fn"),
	.new_words = LIST("new"),
	.methods_apart = true,
	.constructor = "__construct",
	.selves = LIST("$this.", "self.", "static."),
	.prepare = prepare,
	.special = special,
};
