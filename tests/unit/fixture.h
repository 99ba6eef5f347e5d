/** A tree that a test makes and has looked at as a host: files, directories, links, owners and lists are real. */
#ifndef TMPAUDIT_FIXTURE_H
#define TMPAUDIT_FIXTURE_H

#include "host.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/acl.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
	char top[64];
	/** Of names and texts that a test makes; freed last. */
	struct arena arena;
	struct policy policy;
	struct host host;
	bool open;
};

/** A setup function of cmocka: an empty tree, the default profile, no host yet. */
static inline int fixture_begin(void **state) {
	struct fixture *fixture = calloc(1, sizeof *fixture);

	strcpy(fixture->top, "/tmp/tmpaudit-unit.XXXXXX");
	*state = fixture;
	return geteuid() == 0 && mkdtemp(fixture->top) && chmod(fixture->top, 0755) == 0 &&
	                       policy_open(&fixture->policy, "default")
	               ? 0
	               : -1;
}

static inline int fixture_remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw) {
	(void)status;
	(void)type;
	(void)ftw;
	return remove(path);
}

/** Remove the tree below top. */
static inline int fixture_remove(const char *top) {
	return nftw(top, fixture_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/** Close the host, if it is open, and open it anew. */
static inline struct host *fixture_host(struct fixture *fixture, bool live) {
	if (fixture->open)
		host_close(&fixture->host);
	fixture->open = true;
	assert_int_equal(host_open(&fixture->host, &fixture->policy, fixture->top, live), 0);
	return &fixture->host;
}

/** A teardown function of cmocka. */
static inline int fixture_end(void **state) {
	struct fixture *fixture = *state;

	if (fixture->open)
		host_close(&fixture->host);
	policy_close(&fixture->policy);
	const int error = fixture_remove(fixture->top);
	arena_free(&fixture->arena);
	free(fixture);
	return error;
}

/** The name outside of a path of the tree, whose parents then exist. */
static inline const char *fixture_at(struct fixture *fixture, const char *path) {
	char *name = arena_text(&fixture->arena, "%s%s", fixture->top, path);

	for (char *slash = name + strlen(fixture->top) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		if (mkdir(name, 0755) < 0)
			assert_int_equal(errno, EEXIST);
	}
	return name;
}

static inline void fixture_bytes(struct fixture *fixture, const char *path, const char *content, size_t size) {
	FILE *stream = fopen(fixture_at(fixture, path), "w");

	assert_non_null(stream);
	assert_int_equal(fwrite(content, 1, size, stream), size);
	assert_int_equal(fclose(stream), 0);
}

static inline void fixture_file(struct fixture *fixture, const char *path, const char *content) {
	fixture_bytes(fixture, path, content, strlen(content));
}

static inline void fixture_link(struct fixture *fixture, const char *path, const char *target, uid_t uid) {
	const char *name = fixture_at(fixture, path);

	assert_return_code(symlink(target, name), errno);
	assert_return_code(lchown(name, uid, uid), errno);
}

/** A directory, which may exist. */
static inline void fixture_directory(struct fixture *fixture, const char *path, mode_t mode, uid_t uid, gid_t gid) {
	const char *name = fixture_at(fixture, path);

	if (mkdir(name, 0700) < 0)
		assert_int_equal(errno, EEXIST);
	assert_return_code(chown(name, uid, gid), errno);
	assert_return_code(chmod(name, mode), errno);
}

static inline void fixture_acl(struct fixture *fixture, const char *path, acl_type_t type, const char *text) {
	acl_t acl = acl_from_text(text);

	assert_non_null(acl);
	assert_return_code(acl_set_file(fixture_at(fixture, path), type, acl), errno);
	acl_free(acl);
}

#endif
