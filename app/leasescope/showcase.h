#pragma once

namespace leasescope {

namespace ui {
class ClusterLink;
}

/// Fills a playground with life: the leak demo under load, and test lockers of every behaviour.
void startShowcase(ui::ClusterLink& link);

}  // namespace leasescope
