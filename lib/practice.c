#include "practice.h"

const struct practice_row practices[PRACTICES] = {
	[PRACTICE_CREATION] = { "creation", "Safe creation", 10 },
	[PRACTICE_RACE] = { "race", "Race protection", 20 },
	[PRACTICE_PERMISSIONS] = { "permissions", "Restrictive permissions", 15 },
	[PRACTICE_DIRECTORY] = { "directory", "Directory security", 20 },
	[PRACTICE_PATHS] = { "paths", "Absolute paths", 10 },
	[PRACTICE_CLEANUP] = { "cleanup", "Clean-up", 10 },
	[PRACTICE_EXPOSURE] = { "exposure", "Limited exposure", 15 },
};
