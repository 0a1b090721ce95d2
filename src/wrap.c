// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>
#include "wrap.h"

/* Characters, not bytes. */
static size_t width(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)text[i] & 0xC0) != 0x80;
	return n;
}

void wrap_text(FILE *out, const char *prefix, const char *text)
{
	size_t indent = width(prefix, strlen(prefix)), column = indent;

	fputs(prefix, out);
	while (*text) {
		size_t len = strcspn(text, " "), word = width(text, len);

		if (column > indent && column + 1 + word > WRAP_COLUMNS) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			fputc(' ', out);
			column++;
		}
		fwrite(text, 1, len, out);
		column += word;
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}
