#include "core/picture/key_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace leasescope {
namespace {

TEST(KeyText, leavesTextAlone) {
  for (const char* key : {"", "/jobs/nightly", "größe/日本/🔒", "back\\slash", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(isValidUtf8(key)) << key;
    EXPECT_EQ(validUtf8(key), key);
    EXPECT_EQ(printableKey(key), key);
  }
}

TEST(KeyText, escapesBytesThatAreNoUtf8) {
  EXPECT_EQ(validUtf8("a\xff/b"), "a\\xff/b");
  EXPECT_EQ(validUtf8("cut \xe6\x97"), "cut \\xe6\\x97");
  EXPECT_EQ(validUtf8("\x80z"), "\\x80z");
  EXPECT_EQ(printableKey("a\xff/b"), "a\\xff/b");
}

TEST(KeyText, knowsWhatUtf8Forbids) {
  EXPECT_FALSE(isValidUtf8("\xc0\xaf"));          // overlong '/'
  EXPECT_FALSE(isValidUtf8("\xe0\x80\xaf"));      // overlong, three bytes
  EXPECT_FALSE(isValidUtf8("\xf0\x80\x80\xaf"));  // overlong, four bytes
  EXPECT_FALSE(isValidUtf8("\xed\xa0\x80"));      // a surrogate
  EXPECT_FALSE(isValidUtf8("\xf4\x90\x80\x80"));  // beyond U+10FFFF
  EXPECT_FALSE(isValidUtf8("\xf5\x80\x80\x80"));
  EXPECT_TRUE(isValidUtf8("\xed\x9f\xbf\xee\x80\x80"));              // on both sides of the surrogates
  EXPECT_TRUE(isValidUtf8("\xc2\x80\xe0\xa0\x80\xf0\x90\x80\x80"));  // the least of each length
}

TEST(KeyText, keepsNulForJsonAndEscapesItForPeople) {
  const std::string key("a\0b", 3);
  EXPECT_TRUE(isValidUtf8(key));
  EXPECT_EQ(validUtf8(key), key);
  EXPECT_EQ(printableKey(key), "a\\x00b");
}

TEST(KeyText, escapesForPeopleWhatWouldConfuseThem) {
  EXPECT_EQ(printableKey("a\x1b[31m\n\x7f"), "a\\x1b[31m\\x0a\\x7f");
  EXPECT_EQ(printableKey("\u0085"), "\\xc2\\x85");  // a control character beyond ASCII
  // Right-to-left override; misleading is what it is here for.
  EXPECT_EQ(printableKey("a\u202egnp"), "a\\xe2\\x80\\xaegnp");  // NOLINT(misc-misleading-bidirectional)
  EXPECT_EQ(printableKey("a\u200fb"), "a\\xe2\\x80\\x8fb");      // right-to-left mark
  EXPECT_EQ(printableKey("a\u200bb"), "a\\xe2\\x80\\x8bb");      // zero width space
  EXPECT_EQ(printableKey("a\u2067b"), "a\\xe2\\x81\\xa7b");  // NOLINT(misc-misleading-bidirectional): isolate
  EXPECT_EQ(printableKey("\ufeff\u00ad\u061c"), "\\xef\\xbb\\xbf\\xc2\\xad\\xd8\\x9c");
  EXPECT_EQ(validUtf8("a\u202egnp\n"), "a\u202egnp\n");  // NOLINT(misc-misleading-bidirectional)
}

TEST(KeyText, isNotShortened) {
  EXPECT_EQ(printableKey(std::string(1 << 20, 'x')).size(), 1U << 20);
  EXPECT_EQ(printableKey(std::string(1 << 20, '\xff')).size(), 4U << 20);
}

RC_GTEST_PROP(KeyText, ofAnyBytesIsValid, (const std::string& key)) {
  RC_ASSERT(isValidUtf8(validUtf8(key)));
  RC_ASSERT(isValidUtf8(printableKey(key)));
  RC_ASSERT((validUtf8(key) == key) == isValidUtf8(key));
  RC_ASSERT(printableKey(printableKey(key)) == printableKey(key));
}

}  // namespace
}  // namespace leasescope
