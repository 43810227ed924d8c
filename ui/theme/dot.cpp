#include "ui/theme/dot.h"

#include <QPainter>
#include <QPixmap>

namespace leasescope::ui {

QIcon dotIcon(const QColor& colour) {
  constexpr int kSize = 56;  // drawn large, so that it is smooth at every scale
  QPixmap pixmap(kSize, kSize);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  painter.drawEllipse(QRect(0, 0, kSize, kSize).adjusted(12, 12, -12, -12));
  return QIcon(pixmap);
}

}  // namespace leasescope::ui
