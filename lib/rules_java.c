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

	{ "FileUtils.getTempDirectory", CALL_TEMPDIR },
	{ "FileUtils.getTempDirectoryPath", CALL_TEMPDIR },
	{ "SystemUtils.getJavaIoTmpDir", CALL_TEMPDIR },
	{ "StandardSystemProperty.JAVA_IO_TMPDIR.value", CALL_TEMPDIR },
	{ ".pid", CALL_PID },
	{ "Process.myPid", CALL_PID },
	{ "RandomStringUtils.randomAlphanumeric", CALL_RANDOM },
	{ "RandomStringUtils.randomNumeric", CALL_RANDOM },
	{ "new.BigInteger", CALL_SAME, 1 },
	{ "Objects.requireNonNull", CALL_SAME },
	{ "Objects.requireNonNullElse", CALL_EITHER },
	{ "Objects.toString", CALL_EITHER },
	{ "Optional.of", CALL_SAME },
	{ "Optional.ofNullable", CALL_SAME },
	{ "MoreObjects.firstNonNull", CALL_EITHER },
	{ "StringUtils.defaultString", CALL_EITHER },
	{ "StringUtils.defaultIfEmpty", CALL_EITHER },
	{ "StringUtils.defaultIfBlank", CALL_EITHER },
	{ ".orElse", CALL_EITHER, ARGUMENT_RECEIVER },
	{ ".orElseGet", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ ".orElseThrow", CALL_SAME, ARGUMENT_RECEIVER },
	{ "List.of", CALL_EITHER },
	{ "Set.of", CALL_EITHER },
	{ "Stream.of", CALL_EITHER },
	{ "Arrays.asList", CALL_EITHER },
	{ "Arrays.stream", CALL_EITHER },
	{ "Collections.singletonList", CALL_EITHER },
	{ "Collections.unmodifiableList", CALL_EITHER },
	{ "ImmutableList.of", CALL_EITHER },
	{ "new.ArrayList", CALL_EITHER },
	{ "new.LinkedList", CALL_EITHER },
	{ "new.ArrayDeque", CALL_EITHER },
	{ "new.HashSet", CALL_EITHER },
	{ "new.LinkedHashSet", CALL_EITHER },
	{ "new.HashMap", CALL_EITHER },
	{ "new.LinkedHashMap", CALL_EITHER },
	{ "new.TreeMap", CALL_EITHER },
	{ "new.EnumMap", CALL_EITHER },
	{ "new.ConcurrentHashMap", CALL_EITHER },
	{ "List.copyOf", CALL_EITHER },
	{ "Set.copyOf", CALL_EITHER },
	{ "Map.copyOf", CALL_EITHER },
	{ "Map.ofEntries", CALL_EITHER },
	{ "Map.entry", CALL_SAME, 1 },
	{ "new.AbstractMap.SimpleEntry", CALL_SAME, 1 },
	{ "Map.of", CALL_SPECIAL },
	{ "ImmutableMap.of", CALL_SPECIAL },
	{ "Collections.singletonMap", CALL_SAME, 1 },
	{ "Collections.unmodifiableMap", CALL_EITHER },
	{ "Collections.synchronizedMap", CALL_EITHER },
	{ "Collections.unmodifiableSet", CALL_EITHER },
	{ "ImmutableSet.of", CALL_EITHER },
	{ "new.StringJoiner", CALL_SPECIAL },
	{ ".add", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ ".collect", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ ".toList", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".findFirst", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".stream", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".iterator", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".next", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".getFirst", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".values", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".entrySet", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".getValue", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".sorted", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".map", CALL_MAP, ARGUMENT_RECEIVER },
	{ ".mapToObj", CALL_MAP, ARGUMENT_RECEIVER },
	{ ".get", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".getProperty", CALL_ENVIRONMENT },
	{ ".getString", CALL_ENVIRONMENT },
	{ ".getOptionValue", CALL_ENVIRONMENT },
	{ "URI.create", CALL_SPECIAL },
	{ "new.URI", CALL_SPECIAL },
	{ ".toUri", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".resolveSibling", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ ".normalize", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".toRealPath", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".getCanonicalFile", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".trim", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".strip", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".replace", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".replaceAll", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".intern", CALL_SAME, ARGUMENT_RECEIVER },
	{ "Integer.valueOf", CALL_SAME },
	{ "MessageFormat.format", CALL_BRACES, 0 },
	{ "FilenameUtils.concat", CALL_JOIN },
	{ "FileUtils.getFile", CALL_JOIN },
	{ "FilenameUtils.normalize", CALL_SAME },
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
	{ ".toFile", CALL_SPECIAL, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".toPath", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".getPath", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ ".getAbsolutePath", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".getAbsoluteFile", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".getCanonicalPath", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".toAbsolutePath", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".concat", CALL_CONCATENATE, ARGUMENT_RECEIVER },

	{ "SQLiteDatabase.openOrCreateDatabase", CALL_CREATE, .instead = SAFE_FILE },
	{ "SQLiteDatabase.openDatabase", CALL_CREATE, 0, MODE_FLAGS_OR_READ, 2, .instead = SAFE_FILE },
	{ ".openOrCreateDatabase", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.FileWriter", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.FileOutputStream", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.PrintWriter", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.PrintStream", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.Formatter", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.FileHandler", CALL_SPECIAL, .instead = "a directory of the service's own" },
	{ "new.RollingFileAppender", CALL_CREATE, 1, .instead = "a directory of the service's own" },
	{ "new.DailyRollingFileAppender", CALL_CREATE, 1, .instead = "a directory of the service's own" },
	{ "AudioSystem.write", CALL_CREATE, 2, .instead = SAFE_FILE },
	{ "AsynchronousFileChannel.open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "FileUtils.copyDirectory", CALL_CREATE, 1, .instead = SAFE_DIRECTORY },
	{ "FileUtils.copyFileToDirectory", CALL_CREATE, 1, .instead = SAFE_DIRECTORY },
	{ "FileUtils.copyDirectoryToDirectory", CALL_CREATE, 1, .instead = SAFE_DIRECTORY },
	{ "FileUtils.copyToDirectory", CALL_CREATE, 1, .instead = SAFE_DIRECTORY },
	{ "FileUtils.moveFileToDirectory", CALL_CREATE, 1, .instead = SAFE_DIRECTORY },
	{ "FileSystemUtils.copyRecursively", CALL_CREATE, 1, .instead = SAFE_DIRECTORY },
	{ "FileCopyUtils.copy", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "com.google.common.io.Files.write", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "com.google.common.io.Files.touch", CALL_CREATE, .instead = SAFE_FILE },
	{ "com.google.common.io.Files.asCharSink", CALL_CREATE, .instead = SAFE_FILE },
	{ "com.google.common.io.Files.asByteSink", CALL_CREATE, .instead = SAFE_FILE },
	{ "Files.newWriter", CALL_CREATE, .instead = SAFE_FILE },
	{ "MoreFiles.asCharSink", CALL_CREATE, .instead = SAFE_FILE },
	{ "MoreFiles.asByteSink", CALL_CREATE, .instead = SAFE_FILE },
	{ "MoreFiles.touch", CALL_CREATE, .instead = SAFE_FILE },
	{ "ChartUtils.saveChartAsPNG", CALL_CREATE, .instead = SAFE_FILE },
	{ "ChartUtils.saveChartAsJPEG", CALL_CREATE, .instead = SAFE_FILE },
	{ "ChartUtilities.saveChartAsPNG", CALL_CREATE, .instead = SAFE_FILE },
	{ "JasperExportManager.exportReportToPdfFile", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ ".marshal", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ ".dumpHeap", CALL_CREATE, .instead = SAFE_FILE },
	{ ".extractAll", CALL_CREATE, .instead = SAFE_DIRECTORY },
	{ ".downloadToFile", CALL_CREATE, .instead = SAFE_FILE },
	{ ".setFile", CALL_CREATE, .instead = "a directory of the service's own" },
	{ ".withFileName", CALL_CREATE, .instead = "a directory of the service's own" },
	{ ".storeToFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.FileSystemResource", CALL_SAME },
	{ "new.RandomAccessFile", CALL_CREATE, 0, MODE_LETTERS, 1, .instead = SAFE_FILE },
	{ "Files.write", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Files.touch", CALL_CREATE, .instead = SAFE_FILE },
	{ ".exec", CALL_SHELL, .instead = SAFE_FILE },
	{ ".command", CALL_SHELL, .instead = SAFE_FILE },
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

	/* If it is looked whether it was made, nobody else can have made it: it only may fail. */
	if (method && value_class(path.count ? path.choices[0].text : "") == VALUE_FRESH && was_deleted(flow, call))
		flow_report(flow, call, SCRIPT_RACE, flow_is_ignored(flow, call) ? SCRIPT_HIGH : SCRIPT_LOW, NULL,
		            NULL);
	else
		flow_directory(flow, call, &path,
		               !method || flow_is_ignored(flow, call) || flow_is_guarded(flow, call));
}

/** The text behind ":" of "${KEY:VALUE}", as Spring has it, or the whole text. */
static struct value default_value(struct arena *arena, const struct lex_token *text) {
	const char *colon =
	        text->length > 3 && memcmp(text->text, "${", 2) == 0 ? memchr(text->text, ':', text->length) : NULL;
	const size_t skipped = colon ? (size_t)(colon - text->text) + 1 : 0;

	return value_literal(arena, text->text + skipped, text->length - skipped - (colon ? 1 : 0));
}

/** @Value("${KEY:VALUE}") TYPE NAME; @Parameter(defaultValue = "VALUE") TYPE NAME; */
static void bind_annotated(struct flow *flow, size_t i) {
	static const char *const names[] = { "Value", "Parameter", "Option", "ConfigProperty", "DefaultValue", NULL };
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *text = NULL;
	size_t at = i + 3;
	bool known = false;

	for (const char *const *name = names; *name; ++name)
		known |= lex_is(lex_at(lex, i + 1), *name);
	if (!known || !lex_is(lex_at(lex, i + 2), "("))
		return;
	for (; lex_at(lex, at)->kind < LEX_NEWLINE && lex_at(lex, at)->kind != LEX_END && !lex_is(lex_at(lex, at), ")");
	     ++at)
		if (lex_at(lex, at)->kind == LEX_STRING &&
		    (at == i + 3 || lex_is(lex_at(lex, at - 2), "defaultValue") ||
		     lex_is(lex_at(lex, at - 2), "value")))
			text = lex_at(lex, at);
	while (text && lex_at(lex, at)->kind < LEX_NEWLINE && lex_at(lex, at)->kind != LEX_END)
		++at;
	const struct lex_token *name = lex_at(lex, at - 1);
	if (!text || name->kind != LEX_NAME || lex_at(lex, at)->kind != LEX_NEWLINE)
		return;
	const struct value value = default_value(flow_arena(flow), text);
	flow_bind_value(flow, arena_bytes(flow_arena(flow), name->text, name->length), at - 1, &value);
}

/** MAP.put(KEY, VALUE), and Map.of(KEY, VALUE, …) that is assigned: MAP.KEY. */
static void bind_map(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);
	const bool puts = lex_is(lex_at(lex, i + 1), ".") &&
	                  (lex_is(lex_at(lex, i + 2), "put") || lex_is(lex_at(lex, i + 2), "setProperty"));
	const bool of = lex_is(lex_at(lex, i + 1), "=") && lex_is(lex_at(lex, i + 2), "Map") &&
	                lex_is(lex_at(lex, i + 4), "of");
	const size_t open = of ? i + 5 : i + 3;

	/* LIST.add(VALUE). */
	if (lex_at(lex, i)->kind == LEX_NAME && lex_is(lex_at(lex, i + 1), ".") && lex_is(lex_at(lex, i + 2), "add") &&
	    lex_is(lex_at(lex, i + 3), "("))
		flow_bind_also(flow, arena_bytes(arena, lex_at(lex, i)->text, lex_at(lex, i)->length), i,
		               (struct flow_range) { i + 4, flow_expression_end(flow, i + 4) });
	if (lex_at(lex, i)->kind != LEX_NAME || (!puts && !of) || !lex_is(lex_at(lex, open), "("))
		return;
	for (size_t at = open + 1;;) {
		/* A constant's name is its last part. */
		while (lex_at(lex, at)->kind == LEX_NAME && lex_is(lex_at(lex, at + 1), "."))
			at += 2;
		if ((lex_at(lex, at)->kind != LEX_STRING && lex_at(lex, at)->kind != LEX_NAME) ||
		    !lex_is(lex_at(lex, at + 1), ","))
			break;
		const size_t end = flow_expression_end(flow, at + 2);

		flow_bind(flow,
		          arena_text(arena, "%.*s.%.*s", (int)lex_at(lex, i)->length, lex_at(lex, i)->text,
		                     (int)lex_at(lex, at)->length, lex_at(lex, at)->text),
		          i, (struct flow_range) { at + 2, end });
		if (puts)
			flow_bind_also(flow, arena_bytes(arena, lex_at(lex, i)->text, lex_at(lex, i)->length), i,
			               (struct flow_range) { at + 2, end });
		at = end + 1;
	}
}

/** BUILDER.setLength(0), .delete(0, …): it is empty. */
static void bind_builder(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *name = lex_at(lex, i), *first = lex_at(lex, i + 4);

	if (name->kind == LEX_NAME && lex_is(lex_at(lex, i + 1), ".") && first->kind == LEX_NUMBER &&
	    first->length == 1 && *first->text == '0' &&
	    (lex_is(lex_at(lex, i + 2), "setLength") ||
	     (lex_is(lex_at(lex, i + 2), "delete") && lex_is(lex_at(lex, i + 5), ","))))
		flow_bind_empty(flow, arena_bytes(flow_arena(flow), name->text, name->length), i);
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

		if (lex_is(lex_at(lex, i), "@"))
			bind_annotated(flow, i);
		bind_map(flow, i);
		/* VALUE instanceof TYPE NAME. */
		if (lex_is(lex_at(lex, i), "instanceof") && i && lex_at(lex, i + 2)->kind == LEX_NAME)
			flow_bind(flow, arena_bytes(arena, lex_at(lex, i + 2)->text, lex_at(lex, i + 2)->length), i + 2,
			          (struct flow_range) { flow_call_start(flow, i), i });
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

static const char *const writes[] = { "CREATE", "WRITE", "APPEND", NULL };
static const char *const only_new[] = { "CREATE_NEW", NULL };

/** Of the two classes of that name Guava's has the file behind what is written. */
static void do_write(struct flow *flow, const struct flow_call *call) {
	const bool guava = imports_guava(flow_lex(flow));
	const struct flow_range all = { call->first, call->end };
	const struct value path = flow_argument(flow, call, guava, NULL);

	flow_create(flow, call, &path, flow_mentions_within(flow, all, only_new));
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

/** MAP.get(KEY): what is put there; Supplier.get(); of what copies from afar: get(FROM, TO). */
static void do_get(struct flow *flow, const struct flow_call *call) {
	const struct value key = flow_argument(flow, call, 0, NULL), to = flow_argument(flow, call, 1, NULL);
	struct value value = call->receiver;

	if (call->narguments == 0 && call->receiver_name && value_is_unknown(&value))
		value = flow_returned(flow, call->receiver_name, strlen(call->receiver_name));
	if (call->narguments == 2 && flow_mentions(flow, (struct flow_range) { call->first, call->end }, "sftp"))
		flow_create(flow, call, &to, false);
	if (call->narguments == 2)
		value = value_either(&to, &key);
	else if (call->narguments == 1 && call->receiver_name && key.count == 1) {
		const struct lex_token *last = lex_at(flow_lex(flow), call->arguments[0].range.end - 1);
		const char *part = last->kind == LEX_NAME && value_is_unknown(&key)
		                           ? arena_bytes(flow_arena(flow), last->text, last->length)
		                           : key.choices[0].text;
		const struct value one = flow_value_of(
		        flow, arena_text(flow_arena(flow), "%s.%s", call->receiver_name, part), call->first);

		/* Any of them, if the key is not known. */
		if (!value_is_unknown(&one) || !value_is_unknown(&key))
			value = one;
	}
	flow_result(flow, &value);
}

/** Map.of(KEY, VALUE, …): any of the values. */
static void do_map(struct flow *flow, const struct flow_call *call) {
	struct value value = value_unknown();

	for (size_t i = 1; i < call->narguments; i += 2) {
		const struct value one = flow_value(flow, call->arguments[i].range);

		value = i > 1 ? value_either(&value, &one) : one;
	}
	flow_result(flow, &value);
}

/** STREAM.collect(joining(SEPARATOR)), or what collects the elements elsewhere. */
static void do_collect(struct flow *flow, const struct flow_call *call) {
	const struct lex *lex = flow_lex(flow);
	struct value value = call->receiver, separator = value_literal(flow_arena(flow), "", 0);
	size_t at = call->narguments ? call->arguments[0].range.first : call->end;

	while (at < call->end && !lex_is(lex_at(lex, at), "joining"))
		++at;
	if (at < call->end) {
		if (!lex_is(lex_at(lex, at + 2), ")"))
			separator = flow_value(flow, (struct flow_range) { at + 2, flow_expression_end(flow, at + 2) });
		value = flow_joined(flow, (struct flow_range) { call->first, call->end }, &separator);
	}
	flow_result(flow, &value);
}

/** new StringJoiner(SEPARATOR, PREFIX, SUFFIX).add(A).add(B): the prefix, and what is added. */
static void do_joiner(struct flow *flow, const struct flow_call *call) {
	const struct lex *lex = flow_lex(flow);
	struct value value = flow_argument(flow, call, 1, NULL), separator;
	size_t at = call->first;

	if (strcmp(call->row->name, ".add") != 0) {
		if (call->narguments < 2)
			value = value_literal(flow_arena(flow), "", 0);
		flow_result(flow, &value);
		return;
	}
	while (at < call->end && !lex_is(lex_at(lex, at), "StringJoiner"))
		++at;
	if (at == call->end)
		return;
	const char *before = call->receiver.choices[0].text;
	const struct value added = flow_argument(flow, call, 0, NULL);
	const size_t length = strlen(before);
	separator = flow_value(flow, (struct flow_range) { at + 2, flow_expression_end(flow, at + 2) });
	value = call->receiver;
	if (length && before[length - 1] != '/')
		value = value_concatenate(flow_arena(flow), &value, &separator);
	value = value_concatenate(flow_arena(flow), &value, &added);
	flow_result(flow, &value);
}

/** FileHandler's %t is the directory for temporary files. */
static void do_handler(struct flow *flow, const struct flow_call *call) {
	struct value path = flow_argument(flow, call, 0, NULL);
	const struct value shared = value_hole(flow_arena(flow), HOLE_TEMPDIR);

	for (unsigned i = 0; i < path.count; ++i)
		if (strncmp(path.choices[i].text, "%t", 2) == 0) {
			const struct value rest = { { { .text = path.choices[i].text + 2 } }, 1 };

			path.choices[i] = value_concatenate(flow_arena(flow), &shared, &rest).choices[0];
		}
	flow_create(flow, call, &path, false);
}

/** What is made of names: file:///x is /x; a sibling lies in the same directory; a function gives what is not there. */
static void do_name(struct flow *flow, const struct flow_call *call) {
	const char *name = call->row->name;
	struct value value = flow_argument(flow, call, 0, NULL);

	if (strcmp(name, ".resolveSibling") == 0) {
		struct value directory = call->receiver;

		for (unsigned i = 0; i < directory.count; ++i) {
			const char *slash = strrchr(directory.choices[i].text, '/');

			if (slash)
				directory.choices[i].text = arena_bytes(flow_arena(flow), directory.choices[i].text,
				                                        (size_t)(slash - directory.choices[i].text));
		}
		value = value_join(flow_arena(flow), &directory, &value);
	} else if (strcmp(name, ".orElseGet") == 0) {
		value = flow_given_by(flow, call, 0);
		value = value_either(&call->receiver, &value);
	}
	for (unsigned i = 0; i < value.count; ++i)
		if (strncmp(value.choices[i].text, "file:", 5) == 0)
			value.choices[i].text +=
			        strlen(value.choices[i].text) > 7 && value.choices[i].text[6] == '/' ? 7 : 5;
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
	else if (strcmp(call->row->name, "Map.of") == 0 || strcmp(call->row->name, "ImmutableMap.of") == 0)
		do_map(flow, call);
	else if (strcmp(call->row->name, ".collect") == 0)
		do_collect(flow, call);
	else if (strcmp(call->row->name, ".add") == 0 || strcmp(call->row->name, "new.StringJoiner") == 0)
		do_joiner(flow, call);
	else if (strcmp(call->row->name, ".get") == 0)
		do_get(flow, call);
	else if (strcmp(call->row->name, "new.FileHandler") == 0)
		do_handler(flow, call);
	else if (strcmp(call->row->name, ".resolveSibling") == 0 || strcmp(call->row->name, ".orElseGet") == 0 ||
	         strcmp(call->row->name, "URI.create") == 0 || strcmp(call->row->name, "new.URI") == 0)
		do_name(flow, call);
	else if (strcmp(call->row->name, ".toFile") == 0 && call->narguments)
		flow_create(flow, call, &path, false);
	else if (strcmp(call->row->name, ".toFile") == 0)
		flow_result(flow, &call->receiver);
	else if (strcmp(call->row->name, ".getPath") == 0)
		do_path(flow, call);
	else if (strcmp(call->row->name, "DriverManager.getConnection") == 0)
		do_connect(flow, call);
	else if (strstr(call->row->name, "createTempDir"))
		do_guava(flow, call);
	else if (!strstr(call->row->name, "Channel"))
		do_directory(flow, call);
	else if (flow_mentions_within(flow, all, writes))
		flow_create(flow, call, &path, flow_mentions_within(flow, all, only_new));
}

#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

const struct script_language language_java = {
	.name = "java",
	.title = "Java",
	.check = SCRIPT_RUNTIMES,
	.suffixes = LIST(".java", ".groovy", ".jsp"),
	.interpreters = LIST("java", "jbang", "jshell", "groovy"),
	.lex = lex_java,
	.calls = calls,
	.concatenate = LIST("+"),
	.assign = LIST("="),
	.append = LIST("+="),
	.new_words = LIST("new"),
	.selves = LIST("this."),
	.adders = LIST("append"),
	.eachers = LIST("forEach", "map", "filter", "peek", "anyMatch", "allMatch", "ifPresent", "ifPresentOrElse",
	                "noneMatch"),
	.bare_functions = true,
	.listing_braces = true,
	.casts = true,
	.prepare = prepare,
	.bind = bind_builder,
	.special = special,
};
