/** Java: what its calls do. */

#include "flow.h"
#include "lex_curly.h"
#include "script.h"

#include <string.h>

#define SAFE_FILE "Files.createTempFile()"
#define SAFE_DIRECTORY "Files.createTempDirectory()"

static const struct script_call calls[] = {
	{ "File.createTempFile", CALL_FRESH },
	{ "Files.createTempFile", CALL_FRESH },
	{ "Files.createTempDirectory", CALL_FRESH },
	/* Guava's: before its version 32 others can read and enter it. */
	{ "Files.createTempDir", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "com.google.common.io.Files.createTempDir", CALL_SPECIAL, .instead = SAFE_DIRECTORY },

	{ "ProcessHandle.current", CALL_PID },
	{ "ManagementFactory.getRuntimeMXBean", CALL_PID },
	{ "System.currentTimeMillis", CALL_TIME },
	{ "System.nanoTime", CALL_TIME },
	{ "new.Date", CALL_TIME },
	{ "Instant.now", CALL_TIME },
	{ "LocalDate.now", CALL_TIME },
	{ "LocalDateTime.now", CALL_TIME },
	{ "Math.random", CALL_RANDOM },
	{ "new.Random", CALL_RANDOM },
	{ "ThreadLocalRandom.current", CALL_RANDOM },
	{ "UUID.randomUUID", CALL_STRONG },
	{ "new.SecureRandom", CALL_STRONG },
	{ "System.getProperty", CALL_ENVIRONMENT },
	{ "System.getenv", CALL_ENVIRONMENT },
	{ ".getOrDefault", CALL_ENVIRONMENT },

	{ "new.StringBuilder", CALL_SAME },
	{ "new.StringBuffer", CALL_SAME },
	{ "new.String", CALL_SAME },
	{ ".append", CALL_CONCATENATE, ARGUMENT_RECEIVER },
	{ "String.join", CALL_JOIN_LIST },
	{ "new.File", CALL_JOIN },
	{ "Paths.get", CALL_JOIN },
	{ "Path.of", CALL_JOIN },
	{ ".resolve", CALL_JOIN, ARGUMENT_RECEIVER },
	{ "String.format", CALL_FORMAT, 0 },
	{ ".formatted", CALL_FORMAT, ARGUMENT_RECEIVER },
	{ "String.valueOf", CALL_SAME },
	{ "Integer.toString", CALL_SAME },
	{ "Long.toString", CALL_SAME },
	{ ".toString", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".toFile", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".toPath", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".getPath", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ ".getAbsolutePath", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".getAbsoluteFile", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".getCanonicalPath", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".toAbsolutePath", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".concat", CALL_CONCATENATE, ARGUMENT_RECEIVER },

	{ "new.FileWriter", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.FileOutputStream", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.PrintWriter", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.PrintStream", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.Formatter", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.FileHandler", CALL_CREATE, .instead = "a directory of the service's own" },
	{ "new.RandomAccessFile", CALL_CREATE, 0, MODE_LETTERS, 1, .instead = SAFE_FILE },
	{ "Files.write", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Files.touch", CALL_CREATE, .instead = SAFE_FILE },
	{ ".exec", CALL_SHELL, .instead = SAFE_FILE },
	{ "new.ProcessBuilder", CALL_SHELL, .instead = SAFE_FILE },
	{ "Files.writeString", CALL_CREATE, 0, MODE_WORDS, .instead = SAFE_FILE },
	{ "Files.newOutputStream", CALL_CREATE, 0, MODE_WORDS, .instead = SAFE_FILE },
	{ "Files.newBufferedWriter", CALL_CREATE, 0, MODE_WORDS, .instead = SAFE_FILE },
	{ "Files.newByteChannel", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "FileChannel.open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "FileUtils.writeStringToFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "FileUtils.write", CALL_CREATE, .instead = SAFE_FILE },
	{ "FileUtils.writeLines", CALL_CREATE, .instead = SAFE_FILE },
	{ "FileUtils.writeByteArrayToFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "FileUtils.openOutputStream", CALL_CREATE, .instead = SAFE_FILE },
	{ ".getParent", CALL_DIRNAME, ARGUMENT_RECEIVER },
	{ ".getParentFile", CALL_DIRNAME, ARGUMENT_RECEIVER },
	{ ".transferTo", CALL_CREATE, .instead = SAFE_FILE },
	{ ".writeValue", CALL_CREATE, .instead = SAFE_FILE },
	{ "BodyHandlers.ofFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "HttpResponse.BodyHandlers.ofFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.FileImageOutputStream", CALL_CREATE, .instead = SAFE_FILE },
	{ "Okio.sink", CALL_CREATE, .instead = SAFE_FILE },
	{ "Files.append", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ ".save", CALL_CREATE, .instead = SAFE_FILE },
	{ ".saveAs", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.PdfWriter", CALL_CREATE, .instead = SAFE_FILE },
	{ "FileUtils.touch", CALL_CREATE, .instead = SAFE_FILE },
	{ "FileUtils.copyFile", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "FileUtils.moveFile", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "FileUtils.copyURLToFile", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "FileUtils.copyInputStreamToFile", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "FileUtils.copyToFile", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "FileUtils.forceMkdir", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ ".redirectOutput", CALL_CREATE, .instead = SAFE_FILE },
	{ ".redirectError", CALL_CREATE, .instead = SAFE_FILE },
	{ "Redirect.to", CALL_CREATE, .instead = SAFE_FILE },
	{ "Redirect.appendTo", CALL_CREATE, .instead = SAFE_FILE },
	{ "ProcessBuilder.Redirect.to", CALL_CREATE, .instead = SAFE_FILE },
	{ "ProcessBuilder.Redirect.appendTo", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.StreamResult", CALL_CREATE, .instead = SAFE_FILE },
	{ "Files.asCharSink", CALL_CREATE, .instead = SAFE_FILE },
	{ "Files.asByteSink", CALL_CREATE, .instead = SAFE_FILE },
	{ "ImageIO.write", CALL_CREATE, 2, .instead = SAFE_FILE },
	{ "DriverManager.getConnection", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "new.FileAppender", CALL_CREATE, 1, .instead = "a directory of the service's own" },
	{ "Files.copy", CALL_EXCLUSIVE, 1 },
	{ "Files.move", CALL_EXCLUSIVE, 1 },
	{ "Files.createFile", CALL_EXCLUSIVE },
	{ "Files.createLink", CALL_EXCLUSIVE },
	{ "Files.createSymbolicLink", CALL_EXCLUSIVE },
	{ ".createNewFile", CALL_EXCLUSIVE, ARGUMENT_RECEIVER },
	{ "Files.createDirectory", CALL_DIRECTORY, .instead = SAFE_DIRECTORY },
	{ "Files.createDirectories", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ ".mkdir", CALL_SPECIAL, ARGUMENT_RECEIVER, .instead = SAFE_DIRECTORY },
	{ ".mkdirs", CALL_SPECIAL, ARGUMENT_RECEIVER, .instead = SAFE_DIRECTORY },
	{ 0 },
};

/** A file that was created is deleted, and a directory takes its name: between both it is anybody's. */
static bool was_deleted(const struct flow *flow, const struct flow_call *call) {
	const struct lex *lex = flow_lex(flow);

	if (!call->receiver_name)
		return false;
	for (size_t i = call->first; i > 2; --i)
		if (lex_is(lex_at(lex, i), "delete") && lex_is(lex_at(lex, i - 1), ".") &&
		    lex_is(lex_at(lex, i - 2), call->receiver_name))
			return true;
	return false;
}

static void do_directory(struct flow *flow, const struct flow_call *call) {
	const bool method = call->row->path == ARGUMENT_RECEIVER;
	const struct value path = flow_argument(flow, call, call->row->path, NULL);

	if (method && value_class(path.count ? path.choices[0].text : "") == VALUE_FRESH && was_deleted(flow, call))
		flow_report(flow, call, SCRIPT_RACE, SCRIPT_HIGH, NULL, NULL);
	else
		flow_directory(flow, call, &path,
		               !method || flow_is_ignored(flow, call) || flow_is_guarded(flow, call));
}

/** for (TYPE NAME : LIST). */
static void bind_loop(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);
	const struct lex_token *token = lex_at(lex, i), *name = lex_at(lex, i + 3), *maker = lex_at(lex, i + 7);

	if (lex_is(token, "for") && lex_is(lex_at(lex, i + 1), "(") && name->kind == LEX_NAME &&
	    lex_is(lex_at(lex, i + 4), ":")) {
		/* List.of(…), Arrays.asList(…): what stands in their brackets. */
		const bool made = lex_is(lex_at(lex, i + 6), ".") && (lex_is(maker, "of") || lex_is(maker, "asList")) &&
		                  lex_is(lex_at(lex, i + 8), "(");
		const size_t list = made ? i + 8 : i + 5;

		flow_bind_element(flow, arena_bytes(arena, name->text, name->length), i + 4,
		                  (struct flow_range) { list, flow_expression_end(flow, list) });
	}
}

/** "import static java.nio.file.Files.*" or "…Files.write": its names are known without the class. */
static void prepare(struct flow *flow) {
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);
	const struct value slash = value_literal(flow_arena(flow), "/", 1);

	flow_bind_value(flow, "File.separator", 0, &slash);
	flow_bind_value(flow, "File.separatorChar", 0, &slash);
	for (size_t i = 0; lex_at(lex, i)->kind != LEX_END; ++i) {
		const struct lex_token *name = NULL, *class = NULL;
		size_t at = i + 2;

		bind_loop(flow, i);
		if (!lex_is(lex_at(lex, i), "import") || !lex_is(lex_at(lex, i + 1), "static"))
			continue;
		for (; lex_at(lex, at)->kind == LEX_NAME || lex_is(lex_at(lex, at), "."); ++at)
			if (lex_at(lex, at)->kind == LEX_NAME) {
				class = name;
				name = lex_at(lex, at);
			}
		if (name && lex_is(lex_at(lex, at), "*"))
			flow_alias_all(flow, arena_bytes(arena, name->text, name->length));
		else if (name && class)
			flow_alias(flow, arena_bytes(arena, name->text, name->length),
			           arena_text(arena, "%.*s.%.*s", (int)class->length, class->text, (int)name->length,
			                      name->text));
	}
}

/** Whether "Files" is the class of Guava's: import com.google.common.io.Files, or all beside it. */
static bool imports_guava(const struct lex *lex) {
	for (size_t i = 0; lex_at(lex, i)->kind != LEX_END && lex_at(lex, i)->kind != LEX_OPEN; ++i)
		if (lex_is(lex_at(lex, i), "import") && lex_is(lex_at(lex, i + 3), "google") &&
		    lex_is(lex_at(lex, i + 5), "common") && lex_is(lex_at(lex, i + 7), "io") &&
		    (lex_is(lex_at(lex, i + 9), "Files") || lex_is(lex_at(lex, i + 9), "*")))
			return true;
	return false;
}

/** Of the two classes of that name Guava's has the file behind what is written. */
static void do_write(struct flow *flow, const struct flow_call *call) {
	const bool guava = imports_guava(flow_lex(flow));
	const struct flow_range all = { call->first, call->end };
	const struct value path = flow_argument(flow, call, guava, NULL);

	flow_create(flow, call, &path, flow_mentions(flow, all, "CREATE_NEW"));
}

/** "jdbc:sqlite:/tmp/x": some databases are files. */
static void do_connect(struct flow *flow, const struct flow_call *call) {
	static const char *const files[] = { "jdbc:sqlite:", "jdbc:h2:file:", "jdbc:h2:", "jdbc:hsqldb:file:" };
	struct value path = flow_argument(flow, call, 0, NULL);

	for (size_t i = 0; i < sizeof files / sizeof *files && path.count == 1; ++i)
		if (strncmp(path.choices[0].text, files[i], strlen(files[i])) == 0) {
			path.choices[0].text += strlen(files[i]);
			flow_create(flow, call, &path, false);
			return;
		}
}

/** A file system joins what it is given, a file gives its own path. */
static void do_path(struct flow *flow, const struct flow_call *call) {
	struct value value = call->narguments ? flow_argument(flow, call, 0, NULL) : call->receiver;

	for (int i = 1; flow_has_argument(call, i, NULL); ++i) {
		const struct value part = flow_argument(flow, call, i, NULL);

		value = value_join(flow_arena(flow), &value, &part);
	}
	flow_result(flow, &value);
}

static void do_guava(struct flow *flow, const struct flow_call *call) {
	const struct value fresh = value_hole(flow_arena(flow), HOLE_FRESH);

	flow_result(flow, &fresh);
	flow_report(flow, call, SCRIPT_DIRECTORY, SCRIPT_MEDIUM, NULL, NULL);
}

static void special(struct flow *flow, const struct flow_call *call) {
	const struct flow_range all = { call->first, call->end };
	const struct value path = flow_argument(flow, call, 0, NULL);

	if (strcmp(call->row->name, "Files.write") == 0)
		do_write(flow, call);
	else if (strcmp(call->row->name, ".getPath") == 0)
		do_path(flow, call);
	else if (strcmp(call->row->name, "DriverManager.getConnection") == 0)
		do_connect(flow, call);
	else if (strstr(call->row->name, "createTempDir"))
		do_guava(flow, call);
	else if (strcmp(call->row->name, "FileChannel.open") != 0 &&
	         strcmp(call->row->name, "Files.newByteChannel") != 0)
		do_directory(flow, call);
	else if (flow_mentions(flow, all, "CREATE") || flow_mentions(flow, all, "WRITE") ||
	         flow_mentions(flow, all, "APPEND"))
		flow_create(flow, call, &path, flow_mentions(flow, all, "CREATE_NEW"));
}

#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

const struct script_language language_java = {
	.name = "java",
	.title = "Java",
	.check = SCRIPT_RUNTIMES,
	.suffixes = LIST(".java", ".groovy", ".jsp"),
	.lex = lex_java,
	.calls = calls,
	.concatenate = LIST("+"),
	.assign = LIST("="),
	.append = LIST("+="),
	.new_words = LIST("new"),
	.selves = LIST("this."),
	.adders = LIST("append"),
	.eachers = LIST("forEach", "map", "filter", "peek", "anyMatch", "allMatch"),
	.bare_functions = true,
	.listing_braces = true,
	.casts = true,
	.prepare = prepare,
	.special = special,
};
