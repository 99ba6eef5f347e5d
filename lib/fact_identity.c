#include "cleanup.h"
#include "host.h"
#include "parse_os_release.h"
#include "text.h"

#include <string.h>
#include <sys/utsname.h>

/** The longest name of a container manager that is reported. */
enum { LONGEST_MANAGER = 64 };

/** Read a file that a host may do without.  Returns whether it could be read. */
static bool load(struct host *host, const char *path, struct bytes *bytes) {
	const bool live = text_starts(path, "/proc/");

	return host_load(host, FACT_IDENTITY, live ? ASPECT_LIVE : ASPECT_FILE, path, bytes);
}

/** The first line of text that is not blank and no comment, without blanks around, or NULL. */
static const char *first_line(struct host *host, const struct bytes *bytes) {
	static const char blanks[] = " \t\r";
	const char *line = bytes->data;

	while (*line) {
		size_t length = strcspn(line, "\n"), start = strspn(line, blanks), end = length;

		if (start < length && line[start] != '#') {
			while (end > start && strchr(blanks, line[end - 1]))
				--end;
			return arena_bytes(&host->arena, line + start, end - start);
		}
		line += length + (line[length] == '\n');
	}
	return NULL;
}

/** machine-id(5): 32 hexadecimal digits in lower case; until the first boot it is empty, or says "uninitialized". */
static const char *find_machine_id(struct host *host) {
	struct bytes bytes;
	const char *id = load(host, "/etc/machine-id", &bytes) ? first_line(host, &bytes) : NULL;

	return id && strlen(id) == 32 && strspn(id, "0123456789abcdef") == 32 ? id : NULL;
}

static void read_release(struct host *host, struct identity *identity) {
	struct bytes bytes;

	if (!load(host, "/etc/os-release", &bytes) && !load(host, "/usr/lib/os-release", &bytes))
		return;
	identity->os = os_release_value(&host->arena, bytes.data, bytes.size, "PRETTY_NAME");
	identity->os_id = os_release_value(&host->arena, bytes.data, bytes.size, "ID");
	identity->os_version = os_release_value(&host->arena, bytes.data, bytes.size, "VERSION_ID");
}

static bool exists(const struct host *host, const char *path) {
	autoclose fd = tree_pin_link(&host->tree, path);

	return fd >= 0;
}

/** A variable of process 1's environment: only root may look, and nobody else is told of it. */
static const char *first_process_variable(struct host *host, const char *name) {
	const size_t length = strlen(name);
	struct arena scratch = { 0 };
	struct bytes bytes;
	const char *value = NULL;

	if (tree_load(&host->tree, "/proc/1/environ", &scratch, &bytes) == 0)
		for (const char *at = bytes.data, *end = at + bytes.size; at < end && !value; at += strlen(at) + 1)
			if (strncmp(at, name, length) == 0 && at[length] == '=')
				value = arena_copy(&host->arena, at + length + 1);
	arena_free(&scratch);
	return value;
}

/**
 * The kind of container, by what its manager left: systemd-detect-virt(1), detect_container().  Without the
 * privilege to read the environment of process 1 that one is passed over, as there.
 */
static const char *find_container(struct host *host, const struct utsname *kernel) {
	static const char *const told[] = { "/run/host/container-manager", "/run/systemd/container" };
	static const struct {
		const char *path, *manager;
	} marks[] = { { "/run/.containerenv", "podman" }, { "/.dockerenv", "docker" } };
	const char *manager = NULL;

	if (exists(host, "/proc/vz") && !exists(host, "/proc/bc"))
		return "openvz";
	if (strstr(kernel->release, "Microsoft") || strstr(kernel->release, "WSL"))
		return "wsl";
	for (size_t i = 0; i < sizeof told / sizeof *told && !manager; ++i) {
		struct bytes bytes;

		if (load(host, told[i], &bytes))
			manager = first_line(host, &bytes);
	}
	if (!manager)
		manager = first_process_variable(host, "container");
	/* Files come last: an image may hold them by mistake.  "oci" is what any engine calls itself. */
	for (size_t i = 0; i < sizeof marks / sizeof *marks && (!manager || text_equal(manager, "oci")); ++i)
		if (exists(host, marks[i].path))
			manager = marks[i].manager;
	if (!manager || !*manager)
		return NULL;
	return strlen(manager) <= LONGEST_MANAGER ? manager : "other";
}

void identity_gather(struct host *host) {
	struct identity *identity = arena_alloc(&host->arena, sizeof *identity);
	struct utsname kernel;
	struct bytes bytes;

	read_release(host, identity);
	identity->machine_id = find_machine_id(host);
	if (host->tree.live && uname(&kernel) == 0) {
		identity->hostname = arena_copy(&host->arena, kernel.nodename);
		identity->kernel = arena_copy(&host->arena, kernel.release);
		identity->kernel_version = arena_copy(&host->arena, kernel.version);
		identity->arch = arena_copy(&host->arena, kernel.machine);
		identity->container = find_container(host, &kernel);
	}
	if ((!identity->hostname || !*identity->hostname) && load(host, "/etc/hostname", &bytes))
		identity->hostname = first_line(host, &bytes);
	host->identity = identity;
}
