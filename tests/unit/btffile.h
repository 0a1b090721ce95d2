/* SPDX-License-Identifier: GPL-2.0-only */
/* BTF as a file, as the kernel has it. After fixture.h. */
#ifndef BTFFILE_H
#define BTFFILE_H

#include <bpf/btf.h>
#include <unistd.h>

#define BTFFILE_TEMPLATE "/tmp/zswaptop-btf-XXXXXX"

/* Writes a file of that name (a copy of the template), which the caller has to unlink. */
static inline void btffile_write(char *path, const void *data, size_t size)
{
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), size);
	close(fd);
}

static inline void btffile_make(char *path, const struct btf *btf)
{
	const void *data;
	__u32 size;

	data = btf__raw_data(btf, &size);
	assert_non_null(data);
	btffile_write(path, data, size);
}

#endif
