#ifndef TMPAUDIT_ISOLATION_H
#define TMPAUDIT_ISOLATION_H
struct host;
#endif
