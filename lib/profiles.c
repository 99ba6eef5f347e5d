/** The profiles: the files of share/profiles as they are, so that nothing needs to be installed. */
#include "policy.h"

#include <string.h>

/* The build makes this object again when one of them changes: see the Makefile. */
#define PROFILE(symbol, file)                                                                                          \
	extern const char profile_##symbol[];                                                                          \
	extern const unsigned profile_##symbol##_size;                                                                 \
	__asm__(".section .rodata\n"                                                                                   \
	        ".global profile_" #symbol ", profile_" #symbol "_size\n"                                              \
	        ".type profile_" #symbol ", %object\n"                                                                 \
	        ".type profile_" #symbol "_size, %object\n"                                                            \
	        "profile_" #symbol ": .incbin \"share/profiles/" file ".json\"\n"                                      \
	        "profile_" #symbol "_end: .byte 0\n"                                                                   \
	        ".balign 4\n"                                                                                          \
	        "profile_" #symbol "_size: .long profile_" #symbol "_end - profile_" #symbol "\n"                      \
	        ".previous\n")

PROFILE(default, "default");
PROFILE(strict, "strict");
PROFILE(cis_l1, "cis-l1");
PROFILE(cis_l2, "cis-l2");
PROFILE(container, "container");
PROFILE(desktop, "desktop");

const char *const policy_profiles[] = { "default", "strict", "cis-l1", "cis-l2", "container", "desktop", NULL };

bool policy_profile(const char *name, struct policy_text *text) {
	static const struct {
		const char *bytes;
		const unsigned *size;
	} texts[] = {
		{ profile_default, &profile_default_size },     { profile_strict, &profile_strict_size },
		{ profile_cis_l1, &profile_cis_l1_size },       { profile_cis_l2, &profile_cis_l2_size },
		{ profile_container, &profile_container_size }, { profile_desktop, &profile_desktop_size },
	};

	for (size_t i = 0; policy_profiles[i]; ++i) {
		if (strcmp(policy_profiles[i], name) != 0)
			continue;
		*text = (struct policy_text) {
			.name = policy_profiles[i],
			.bytes = texts[i].bytes,
			.size = *texts[i].size,
			.is_profile = true,
		};
		return true;
	}
	return false;
}
