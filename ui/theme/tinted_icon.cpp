#include "ui/theme/tinted_icon.h"

#include <QGuiApplication>
#include <QPainter>
#include <QPixmap>
#include <QPixmapCache>
#include <QSvgRenderer>

#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

QColor tint(QIcon::Mode mode) {
  if (mode == QIcon::Disabled) return QGuiApplication::palette().color(QPalette::Disabled, QPalette::Text);
  if (mode == QIcon::Selected) return colours().accent;
  return QGuiApplication::palette().color(QPalette::Text);
}

QPixmap render(const QString& name, const QSize& size, const QColor& colour) {
  QPixmap pixmap(size);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  QSvgRenderer svg(QStringLiteral(":/icons/%1.svg").arg(name));
  svg.render(&painter);
  painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
  painter.fillRect(pixmap.rect(), colour);
  return pixmap;
}

}  // namespace

QPixmap TintedIcon::pixmap(const QSize& size, QIcon::Mode mode, QIcon::State) {
  const QColor colour = tint(mode);
  const QString key =
      QStringLiteral("%1/%2x%3/%4").arg(name_).arg(size.width()).arg(size.height()).arg(colour.name());
  QPixmap found;
  if (QPixmapCache::find(key, &found)) return found;
  found = render(name_, size, colour);
  QPixmapCache::insert(key, found);
  return found;
}

void TintedIcon::paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) {
  const qreal ratio = painter->device()->devicePixelRatio();
  QPixmap image = pixmap(rect.size() * ratio, mode, state);
  image.setDevicePixelRatio(ratio);
  painter->drawPixmap(rect.topLeft(), image);
}

}  // namespace leasescope::ui
