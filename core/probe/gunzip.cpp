#include "core/probe/gunzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace leasescope {
namespace {

constexpr int kGzipOnly = 16;  // zlib: added to the window's bits
constexpr std::size_t kFirstRoom = 64 << 10;

/// A z_stream that reads `packed`.
class Inflater {
 public:
  explicit Inflater(std::string_view packed) {
    // zlib takes it as not const, but only reads.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    begun_ = ::inflateInit2(&stream_, MAX_WBITS + kGzipOnly) == Z_OK;
  }
  ~Inflater() {
    if (begun_) ::inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Fills `out` from `used` on, and adds to it. Z_OK while there may be more.
  int fill(std::string& out, std::size_t& used) {
    if (!begun_) return Z_MEM_ERROR;
    stream_.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    stream_.avail_out = static_cast<uInt>(out.size() - used);
    const int result = ::inflate(&stream_, Z_NO_FLUSH);
    used = out.size() - stream_.avail_out;
    return result;
  }

 private:
  z_stream stream_{};
  bool begun_ = false;
};

}  // namespace

bool isGzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

absl::StatusOr<std::string> gunzip(std::string_view packed, std::size_t limit) {
  constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
  if (packed.size() > kMost || limit >= kMost)
    return absl::InvalidArgumentError("more than zlib takes at once");
  Inflater inflater(packed);
  std::string out;
  std::size_t used = 0;
  while (true) {
    // One byte more than the limit tells that there are too many.
    if (used == out.size()) out.resize(std::min(limit + 1, std::max(2 * out.size(), kFirstRoom)));
    const int result = inflater.fill(out, used);
    if (used > limit) {
      return absl::ResourceExhaustedError(
          absl::StrCat("more than ", limit >> 20, " MiB are packed in this, which no goroutine profile is"));
    }
    if (result == Z_STREAM_END) break;
    if (result != Z_OK) {
      return absl::InvalidArgumentError("this gzip file is damaged or cut off: fetch it again");
    }
  }
  out.resize(used);
  return out;
}

}  // namespace leasescope
