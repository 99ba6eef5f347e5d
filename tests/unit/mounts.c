/** Mounts: what facts and checks ask of them, and the judgement on hosts written down as literals. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "checks.h"
#include "host.h"
#include "result.h"

#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#define ALL (MS_NOSUID | MS_NODEV | MS_NOEXEC)

static struct mount mount_at(int id, const char *target, const char *type, unsigned long flags) {
	return (struct mount) {
		.id = id,
		.dev = 7,
		.root = "/",
		.target = target,
		.type = type,
		.device = "",
		.options = "as written",
		.super_options = "",
		.flags = flags,
		.source = "somewhere",
	};
}

static struct tempdir dir_at(const char *path, uint64_t mount_id) {
	return (struct tempdir) {
		.path = path,
		.class = TEMPDIR_SHARED,
		.exists = true,
		.directory = true,
		.real = path,
		.object = { .mode = S_IFDIR | 01777, .mount_id = mount_id },
	};
}

/** A host of one live and one boot view, each of two mounts. */
struct fixture {
	struct mount live[4], boot[4];
	struct mount_view views[3];
	struct tempdir dirs[6];
	struct alias aliases[4];
	struct identity identity;
	struct host host;
	struct arena arena;
	struct result result;
};

static void set_up(struct fixture *fixture) {
	static const struct mount_defect none[1];

	*fixture = (struct fixture) {
		.live = { mount_at(1, "/", "ext4", 0), mount_at(2, "/tmp", "tmpfs", ALL) },
		.boot = { mount_at(0, "/", "auto", 0), mount_at(0, "/tmp", "tmpfs", ALL) },
		.dirs = { dir_at("/tmp", 2), dir_at("/var/tmp", 1), dir_at("/dev/shm", 1), dir_at("/run/lock", 1) },
		.identity = { .kernel = "6.1.0-37-amd64" },
	};
	fixture->dirs[3].class = TEMPDIR_LOCK;
	fixture->dirs[3].object.mode = S_IFDIR | 0755;
	for (size_t i = 0; i < 3; ++i)
		fixture->dirs[i].usage = (struct usage) { true, 100, 50, 100, 50 };
	fixture->views[0] = (struct mount_view) { .aspect = ASPECT_LIVE,
		                                  .source = "/proc/self/mountinfo",
		                                  .mounts = fixture->live,
		                                  .nmounts = 2,
		                                  .memory = 1000,
		                                  .defects = none };
	fixture->views[1] = (struct mount_view) { .aspect = ASPECT_BOOT,
		                                  .source = "/etc/fstab",
		                                  .mounts = fixture->boot,
		                                  .nmounts = 2,
		                                  .memory = 1000,
		                                  .defects = none };
	fixture->host = (struct host) { .mount_views = fixture->views,
		                        .tempdirs = fixture->dirs,
		                        .aliases = fixture->aliases,
		                        .identity = &fixture->identity };
}

static enum status judge(struct fixture *fixture, const char *id) {
	struct policy policy;

	for (const struct check *check = mount_checks; check->id; ++check) {
		if (strcmp(check->id, id) != 0)
			continue;
		fixture->result = (struct result) { .check = check, .arena = &fixture->arena };
		assert_true(policy_open(&policy, "default"));
		fixture->host.policy = &policy;
		check->run(check, &fixture->host, &fixture->result);
		policy_close(&policy);
		return result_status(&fixture->result);
	}
	fail_msg("no check %s", id);
	return STATUS_ERROR;
}

/** The finding on a subject in an aspect; there must be one. */
static const struct finding *finding_of(const struct fixture *fixture, const char *subject, enum aspect aspect) {
	for (size_t i = 0; i < fixture->result.nfindings; ++i)
		if (strcmp(fixture->result.findings[i].subject, subject) == 0 &&
		    fixture->result.findings[i].aspect == aspect)
			return &fixture->result.findings[i];
	fail_msg("no finding on %s", subject);
	return NULL;
}

static void test_covering(void **state) {
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	assert_ptr_equal(mount_covering(&fixture.views[0], "/tmp", 1), &fixture.live[0]);
	assert_null(mount_covering(&fixture.views[0], "/tmp", 99));
	assert_ptr_equal(mount_covering(&fixture.views[1], "/tmp", 0), &fixture.boot[1]);
	assert_ptr_equal(mount_covering(&fixture.views[1], "/tmpfoo", 0), &fixture.boot[0]);
	assert_ptr_equal(mount_covering(&fixture.views[1], "/tmp/x", 0), &fixture.boot[1]);
	/* What is mounted later on the same directory, or above it, hides what was there. */
	fixture.boot[2] = mount_at(0, "/tmp", "tmpfs", 0);
	fixture.views[1].nmounts = 3;
	assert_ptr_equal(mount_covering(&fixture.views[1], "/tmp", 0), &fixture.boot[2]);
	assert_ptr_equal(mount_by_id(fixture.views, 2), &fixture.live[1]);
	assert_null(mount_by_id(fixture.views, 0));
	assert_null(mount_by_id(NULL, 2));
}

static void test_options(void **state) {
	struct mount mount = mount_at(1, "/tmp", "tmpfs", MS_NOSUID);

	(void)state;
	mount.options = "rw,nosuid,relatime,x-foo=noexec";
	mount.super_options = "rw,size=1k,mode=1777";
	assert_true(mount_has_option(&mount, "nosuid"));
	assert_false(mount_has_option(&mount, "noexec"));
	assert_true(mount_has_option(&mount, "size"));
	assert_true(mount_has_option(&mount, "relatime"));
	assert_false(mount_has_option(&mount, "siz"));
	assert_false(mount_has_option(&mount, "1777"));
}

static void test_limit(void **state) {
	static const struct {
		const char *options;
		struct mount_limit size;
	} cases[] = {
		{ "", { 0 } },
		{ "rw,mode=1777", { 0 } },
		{ "size=0", { .stated = true } },
		{ "size=512", { .stated = true, .value = 512 } },
		{ "size=2k", { .stated = true, .value = 2048 } },
		{ "size=3M,rw", { .stated = true, .value = 3 << 20 } },
		{ "size=1G", { .stated = true, .value = 1 << 30 } },
		{ "size=50%", { .stated = true, .percent = 50 } },
		{ "size=50%,size=1k", { .stated = true, .value = 1024 } },
		{ "xsize=1,size=", { 0 } },
		{ "size=99999999999999999999e", { .stated = true, .value = UINT64_MAX } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct mount mount = mount_at(1, "/tmp", "tmpfs", 0);
		mount.super_options = cases[i].options;
		struct mount_limit limit = mount_limit(&mount, "size");

		assert_int_equal(limit.stated, cases[i].size.stated);
		assert_int_equal(limit.percent, cases[i].size.percent);
		assert_int_equal(limit.value, cases[i].size.value);
	}
}

static void test_types(void **state) {
	static const char *const local[] = { "ext2",  "ext3",    "ext4",     "xfs",   "btrfs", "f2fs", "tmpfs",
		                             "ramfs", "overlay", "squashfs", "erofs", "vfat",  "zfs",  "bcachefs" };
	/* And every type that is not known. */
	static const char *const others[] = { "fuse",      "fuseblk", "fuse.sshfs", "nfs",  "nfs4", "cifs",
		                              "smb3",      "9p",      "virtiofs",   "ceph", "afs",  "autofs",
		                              "overlay-x", "ext5",    "lustre",     "gpfs", "ext",  "" };

	(void)state;
	for (size_t i = 0; i < sizeof local / sizeof *local; ++i)
		assert_true(mount_type_local(local[i]));
	for (size_t i = 0; i < sizeof others / sizeof *others; ++i)
		assert_false(mount_type_local(others[i]));
	assert_true(mount_type_network("nfs"));
	assert_true(mount_type_network("9p"));
	assert_false(mount_type_network("ext4"));
	assert_true(mount_type_ownerless("vfat"));
	assert_false(mount_type_ownerless("tmpfs"));
}

/** What an overlay is laid over counts; what it only mentions, or what something good lies over, does not. */
static void test_overlays(void **state) {
	static const char mountinfo[] = "1 0 8:1 / / rw - ext4 /dev/a rw\n"
	                                "2 1 0:40 / /net rw - nfs4 srv:/ rw\n"
	                                "3 2 8:2 / /net/disk rw - ext4 /dev/b rw\n"
	                                "4 1 0:41 / /auto rw - autofs auto rw\n"
	                                "5 4 8:3 / /auto rw - ext4 /dev/c rw\n"
	                                "10 1 0:50 / /a rw - overlay o rw,lowerdir=/good:/net/x,upperdir=/u\n"
	                                "11 1 0:51 / /b rw - overlay o rw,lowerdir=/good,upperdir=/net,workdir=/w\n"
	                                "12 1 0:52 / /c rw - overlay o rw,lowerdir=/good:/network:relative\n"
	                                "13 1 0:53 / /d rw - overlay o rw,lowerdir=/net/disk/x\n"
	                                "14 1 0:54 / /e rw - overlay o rw,lowerdir=/a:/good\n"
	                                "15 1 0:55 / /f rw - overlay o rw,lowerdir=/auto/x\n"
	                                "16 1 0:56 / /g rw - overlay o rw,lowerdir+=/good,lowerdir+=/net\n"
	                                "17 1 0:57 / /h rw - tmpfs o rw,lowerdir=/net\n";
	static const char *const types[] = { "ext4",
		                             "nfs4",
		                             "ext4",
		                             "autofs",
		                             "ext4",
		                             "overlay over nfs4",
		                             "overlay over nfs4",
		                             "overlay",
		                             "overlay",
		                             "overlay over nfs4",
		                             "overlay",
		                             "overlay over nfs4",
		                             "tmpfs" };
	struct host host = { .tree.fd = -1 };
	struct mount_view view;

	(void)state;
	assert_true(mounts_read(&host, FACT_MOUNTS, &(struct bytes) { mountinfo, sizeof mountinfo - 1 }, "test",
	                        &host.arena, &view));
	assert_int_equal(view.nmounts, sizeof types / sizeof *types);
	for (size_t i = 0; i < view.nmounts; ++i)
		assert_string_equal(view.mounts[i].type, types[i]);
	assert_true(mount_type_local("overlay"));
	assert_false(mount_type_local("overlay over nfs4"));
	assert_true(mount_type_network("overlay over nfs4"));
	assert_false(mount_type_network("overlay over fuse.x"));
	arena_free(&host.arena);
}

static void test_option_rows(void **state) {
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	assert_int_equal(judge(&fixture, "mount.tmp-nosuid"), STATUS_PASS);
	assert_int_equal(fixture.result.passes, 2);
	fixture.live[1].flags = MS_NODEV;
	assert_int_equal(judge(&fixture, "mount.tmp-nosuid"), STATUS_FAIL);
	assert_int_equal(fixture.result.passes, 1);
	assert_string_equal(finding_of(&fixture, "/tmp", ASPECT_LIVE)->expected, "nosuid");
	assert_string_equal(finding_of(&fixture, "/tmp", ASPECT_LIVE)->actual, "as written");
	assert_string_equal(finding_of(&fixture, "/tmp", ASPECT_LIVE)->source, "somewhere");
	assert_int_equal(judge(&fixture, "mount.tmp-nodev"), STATUS_PASS);
	/* What is no mount is judged by what it lies on. */
	assert_int_equal(judge(&fixture, "mount.var-tmp-noexec"), STATUS_FAIL);
	assert_non_null(finding_of(&fixture, "/var/tmp", ASPECT_LIVE));
	assert_non_null(finding_of(&fixture, "/var/tmp", ASPECT_BOOT));
	fixture.live[0].flags = fixture.boot[0].flags = ALL;
	assert_int_equal(judge(&fixture, "mount.var-tmp-noexec"), STATUS_PASS);
	arena_free(&fixture.arena);
}

static void test_lock_is_a_guest(void **state) {
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	assert_int_equal(judge(&fixture, "mount.tmp-noexec"), STATUS_PASS);
	fixture.dirs[3].object.mode = S_IFDIR | 01777;
	assert_int_equal(judge(&fixture, "mount.tmp-noexec"), STATUS_FAIL);
	assert_non_null(finding_of(&fixture, "/run/lock", ASPECT_LIVE));
	assert_int_equal(judge(&fixture, "mount.tmp-separate"), STATUS_FAIL);
	assert_non_null(finding_of(&fixture, "/run/lock", ASPECT_BOOT));
	assert_int_equal(judge(&fixture, "mount.var-tmp-nosuid"), STATUS_FAIL);
	assert_int_equal(fixture.result.nfindings, 2);
	arena_free(&fixture.arena);
}

static void test_separate(void **state) {
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	assert_int_equal(judge(&fixture, "mount.tmp-separate"), STATUS_PASS);
	assert_int_equal(judge(&fixture, "mount.var-tmp-separate"), STATUS_FAIL);
	assert_string_equal(finding_of(&fixture, "/var/tmp", ASPECT_LIVE)->actual, "directory on / (ext4)");
	assert_string_equal(finding_of(&fixture, "/var/tmp", ASPECT_LIVE)->expected, "own mount");
	assert_string_equal(finding_of(&fixture, "/var/tmp", ASPECT_BOOT)->actual, "directory on /");
	fixture.live[1].type = "vfat";
	fixture.boot[1].type = "nfs4";
	assert_int_equal(judge(&fixture, "mount.tmp-separate"), STATUS_FAIL);
	assert_int_equal(fixture.result.nfindings, 2);
	/* The mount that a chroot lies on has our path by chance. */
	arena_free(&fixture.arena);
	set_up(&fixture);
	fixture.live[1].outside = true;
	assert_int_equal(judge(&fixture, "mount.tmp-separate"), STATUS_FAIL);
	arena_free(&fixture.arena);
}

static void test_unknown_mount(void **state) {
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	fixture.dirs[0].object.mount_id = 99;
	assert_int_equal(judge(&fixture, "mount.tmp-nosuid"), STATUS_ERROR);
	assert_true(finding_of(&fixture, "/tmp", ASPECT_LIVE)->error);
	fixture.dirs[0].object.mount_id = 0;
	fixture.dirs[0].unknown = "privilege: only root may look";
	assert_int_equal(judge(&fixture, "mount.tmp-separate"), STATUS_ERROR);
	assert_string_equal(result_reason(&fixture.result), "privilege: only root may look");
	/* The mount of what may not be asked is known all the same. */
	fixture.dirs[0].object.mount_id = 2;
	assert_int_equal(judge(&fixture, "mount.tmp-nosuid"), STATUS_PASS);
	arena_free(&fixture.arena);
}

static void test_absent(void **state) {
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	fixture.dirs[1] = (struct tempdir) { .path = "/var/tmp" };
	fixture.views[1].aspect = ASPECT_ANY;
	assert_int_equal(judge(&fixture, "mount.var-tmp-nosuid"), STATUS_NOT_APPLICABLE);
	/* Nothing is known of mounts: not good. */
	fixture.host.mount_views = NULL;
	assert_int_equal(judge(&fixture, "mount.tmp-nosuid"), STATUS_ERROR);
	arena_free(&fixture.arena);
}

static void test_boot(void **state) {
	const struct mount_defect defects[] = {
		{ "/tmp", "is wrong", "a", "b", "/etc/fstab:3" },
		{ NULL, "has a bad line", "c", "d", "/etc/fstab:4" },
		{ 0 },
	};
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	assert_int_equal(judge(&fixture, "mount.boot"), STATUS_PASS);
	fixture.views[1].defects = defects;
	assert_int_equal(judge(&fixture, "mount.boot"), STATUS_FAIL);
	assert_int_equal(fixture.result.nfindings, 2);
	assert_string_equal(finding_of(&fixture, "/tmp", ASPECT_BOOT)->source, "/etc/fstab:3");
	assert_string_equal(finding_of(&fixture, "/etc/fstab", ASPECT_BOOT)->source, "/etc/fstab:4");
	arena_free(&fixture.arena);
}

static void test_alias(void **state) {
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	assert_int_equal(judge(&fixture, "mount.alias"), STATUS_PASS);
	fixture.live[2] = mount_at(3, "/mnt/root", "ext4", MS_NOSUID);
	fixture.aliases[0] = (struct alias) { .dir = &fixture.dirs[0],
		                              .kind = ALIAS_SAME,
		                              .mount = &fixture.live[2],
		                              .path = "/mnt/root/tmp",
		                              .reachable = true };
	assert_int_equal(judge(&fixture, "mount.alias"), STATUS_FAIL);
	const struct finding *finding = finding_of(&fixture, "/mnt/root/tmp", ASPECT_LIVE);
	assert_string_equal(finding->expected, "nodev,noexec like /tmp");
	assert_string_equal(finding->actual, "as written (bind of the same file system)");
	fixture.aliases[0].reachable = false;
	assert_int_equal(judge(&fixture, "mount.alias"), STATUS_PASS);
	assert_int_equal(fixture.result.nnotes, 1);
	fixture.aliases[0].unknown = "lies on fuse";
	assert_int_equal(judge(&fixture, "mount.alias"), STATUS_ERROR);
	fixture.live[2].flags = ALL;
	assert_int_equal(judge(&fixture, "mount.alias"), STATUS_PASS);
	fixture.live[1].outside = true;
	assert_int_equal(judge(&fixture, "mount.alias"), STATUS_ERROR);
	arena_free(&fixture.arena);
}

static void test_alias_elsewhere(void **state) {
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	fixture.live[1].flags = MS_NOSUID | MS_NODEV;
	fixture.live[2] = mount_at(30, "/data", "tmpfs", MS_NOSUID | MS_NODEV);
	fixture.aliases[0] = (struct alias) { .dir = &fixture.dirs[0],
		                              .kind = ALIAS_SAME,
		                              .mount = &fixture.live[2],
		                              .governing = &fixture.live[1],
		                              .path = "/data",
		                              .process = "4242 (nginx)",
		                              .reachable = true };
	/* A container is asked for all options, whatever the host has. */
	assert_int_equal(judge(&fixture, "mount.alias"), STATUS_FAIL);
	const struct finding *finding = finding_of(&fixture, "/data", ASPECT_LIVE);
	assert_string_equal(finding->expected, "noexec like /tmp");
	assert_string_equal(finding->message,
	                    "shows files of /tmp to process 4242 (nginx), but is mounted without noexec");
	/* A copy of the host's own mounts for what they have. */
	fixture.aliases[0].copy = true;
	assert_int_equal(judge(&fixture, "mount.alias"), STATUS_PASS);
	fixture.live[2].flags = MS_NODEV;
	assert_int_equal(judge(&fixture, "mount.alias"), STATUS_FAIL);
	assert_string_equal(finding_of(&fixture, "/data", ASPECT_LIVE)->expected, "nosuid like /tmp");
	fixture.aliases[0].reachable = false;
	assert_int_equal(judge(&fixture, "mount.alias"), STATUS_PASS);
	assert_int_equal(fixture.result.nnotes, 1);
	fixture.aliases[0].unknown = "privilege: only root may look";
	assert_int_equal(judge(&fixture, "mount.alias"), STATUS_ERROR);
	arena_free(&fixture.arena);
}

static void test_limits(void **state) {
	struct fixture fixture;
	struct usage *usage = &fixture.dirs[0].usage;

	(void)state;
	set_up(&fixture);
	assert_int_equal(judge(&fixture, "mount.limits"), STATUS_PASS);
	*usage = (struct usage) { true, 0, 0, 100, 100 };
	assert_int_equal(judge(&fixture, "mount.limits"), STATUS_FAIL);
	assert_string_equal(finding_of(&fixture, "/tmp", ASPECT_LIVE)->actual, "size=0");
	*usage = (struct usage) { true, 100, 100, 0, 0 };
	assert_int_equal(judge(&fixture, "mount.limits"), STATUS_FAIL);
	assert_string_equal(finding_of(&fixture, "/tmp", ASPECT_LIVE)->actual, "nr_inodes=0");
	*usage = (struct usage) { true, 751, 751, 100, 100 };
	assert_int_equal(judge(&fixture, "mount.limits"), STATUS_FAIL);
	*usage = (struct usage) { true, 750, 750, 100, 100 };
	assert_int_equal(judge(&fixture, "mount.limits"), STATUS_PASS);
	*usage = (struct usage) { true, 100, 10, 100, 10 };
	assert_int_equal(judge(&fixture, "mount.limits"), STATUS_PASS);
	*usage = (struct usage) { true, 100, 9, 100, 10 };
	assert_int_equal(judge(&fixture, "mount.limits"), STATUS_FAIL);
	*usage = (struct usage) { true, 100, 10, 100, 9 };
	assert_int_equal(judge(&fixture, "mount.limits"), STATUS_FAIL);
	/* A disk without a limit of inodes is as its type is. */
	fixture.dirs[0].usage = fixture.dirs[2].usage;
	fixture.dirs[1].usage = (struct usage) { true, 100000, 90000, 0, 0 };
	assert_int_equal(judge(&fixture, "mount.limits"), STATUS_PASS);
	fixture.dirs[1].usage.known = false;
	assert_int_equal(judge(&fixture, "mount.limits"), STATUS_ERROR);
	arena_free(&fixture.arena);
}

static void test_limits_at_boot(void **state) {
	static const struct {
		const char *options;
		enum status status;
	} cases[] = {
		{ "nosuid", STATUS_PASS },      { "size=50%,nr_inodes=1m", STATUS_PASS },
		{ "size=75%", STATUS_PASS },    { "size=76%", STATUS_FAIL },
		{ "size=0", STATUS_FAIL },      { "size=10,nr_inodes=0", STATUS_FAIL },
		{ "nr_blocks=0", STATUS_FAIL }, { "size=751", STATUS_FAIL },
		{ "size=750", STATUS_PASS },
	};
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		fixture.boot[1].super_options = cases[i].options;
		assert_int_equal(judge(&fixture, "mount.limits"), cases[i].status);
	}
	fixture.boot[1].type = "ramfs";
	assert_int_equal(judge(&fixture, "mount.limits"), STATUS_FAIL);
	fixture.boot[1].type = "ext4";
	assert_int_equal(judge(&fixture, "mount.limits"), STATUS_PASS);
	arena_free(&fixture.arena);
}

static void test_nosymfollow(void **state) {
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	assert_int_equal(judge(&fixture, "mount.nosymfollow"), STATUS_FAIL);
	assert_int_equal(fixture.result.nfindings, 6);
	for (size_t i = 0; i < 2; ++i)
		fixture.live[i].flags = fixture.boot[i].flags = MS_NOSYMFOLLOW;
	assert_int_equal(judge(&fixture, "mount.nosymfollow"), STATUS_PASS);
	fixture.identity.kernel = "5.9.16";
	assert_int_equal(judge(&fixture, "mount.nosymfollow"), STATUS_NOT_APPLICABLE);
	fixture.identity.kernel = "5.10.0";
	assert_int_equal(judge(&fixture, "mount.nosymfollow"), STATUS_PASS);
	arena_free(&fixture.arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_covering),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_overlays),
		cmocka_unit_test(test_option_rows),
		cmocka_unit_test(test_lock_is_a_guest),
		cmocka_unit_test(test_separate),
		cmocka_unit_test(test_unknown_mount),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_boot),
		cmocka_unit_test(test_alias),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_limits_at_boot),
		cmocka_unit_test(test_nosymfollow),
		cmocka_unit_test(test_alias_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
