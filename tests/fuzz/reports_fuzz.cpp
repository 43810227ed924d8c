#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "core/lockers/demo_reports.h"
#include "core/playground/line_splitter.h"
#include "tests/fuzz/require.h"

/// Whatever a program writes, its next report is understood.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace leasescope;  // NOLINT(google-build-using-namespace): a program of one function
  DemoReports reports;
  const std::function<void(std::string_view)> onLine = [&](std::string_view line) { reports.onLine(line); };
  LineSplitter splitter(onLine);
  splitter.feed({reinterpret_cast<const char*>(bytes), size});
  splitter.finish();
  require(!reports.leases().contains(etcd::kNoLease), "what is told of are leases");
  splitter.feed(R"({"requests":7,"served":3,"gave_up":2,"under_way":2,"new_leases":["-1f"]})"
                "\n");
  DemoSample sample;
  reports.fill(sample);
  require(sample.requests == 7 && sample.served == 3 && sample.gaveUp == 2, "the next report is understood");
  require(reports.leases().contains(-0x1f), "its leases are known");
  return 0;
}
