#include "core/monitor/cluster_view.h"

#include "fmt/format.h"

namespace leasescope {

std::string toText(const HistoryBreak& one) {
  return fmt::format(
      "cluster was restored from an older state: revision {} had been seen, and it was at {} then", one.seen,
      one.reached);
}

}  // namespace leasescope
