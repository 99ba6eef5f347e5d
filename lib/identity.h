/** What a report says of the host that it is about. */
#ifndef TMPAUDIT_IDENTITY_H
#define TMPAUDIT_IDENTITY_H

struct host;

struct identity {
	/** From /etc/hostname, or the running kernel; NULL if nothing says it. */
	const char *hostname;
	/** /etc/machine-id, or NULL. */
	const char *machine_id;
	/** PRETTY_NAME of os-release(5), or NULL. */
	const char *os;
	/** ID, VERSION_ID of os-release(5), or NULL. */
	const char *os_id, *os_version;
	/** Release and architecture of the running kernel; NULL offline. */
	const char *kernel, *arch;
	/** How the running kernel was built: "#1 SMP PREEMPT_DYNAMIC Debian 6.12.43-1 (2025-08-27)"; NULL offline. */
	const char *kernel_version;
	/** The kind of container that the running host is, or NULL. */
	const char *container;
};

/** Gather FACT_IDENTITY. */
void identity_gather(struct host *host);

#endif
