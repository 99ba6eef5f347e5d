/** What a file is, by its first bytes, where that tells that it is a secret. */
#ifndef TMPAUDIT_PARSE_HEAD_H
#define TMPAUDIT_PARSE_HEAD_H

#include <stdbool.h>
#include <stddef.h>

/** How many of them are needed. */
#define HEAD_SIZE 64

/** What kind of secret it is, in words; NULL: none that is known. */
const char *head_secret(const void *bytes, size_t size);

/** Whether it begins as a certificate in PEM does. */
bool head_is_certificate(const void *bytes, size_t size);

#endif
