#include "ui/graph/graph_export.h"

#include <algorithm>
#include <cmath>

#include <QBuffer>
#include <QGuiApplication>
#include <QImage>
#include <QPainter>
#include <QPalette>
#include <QSaveFile>
#include <QSvgGenerator>

#include "core/diagnosis/wait_graph_dot.h"

namespace leasescope::ui {
namespace {

constexpr double kPngScale = 2;
constexpr double kMostPixels = 40e6;  // 160 MB while it is drawn

void paintWhole(QPainter& painter, const WaitDrawing& drawing) {
  const QRectF bounds = drawing.bounds();
  painter.translate(-bounds.topLeft());
  painter.fillRect(bounds, QGuiApplication::palette().color(QPalette::Base));
  drawing.paint(painter);
}

}  // namespace

QByteArray asSvg(const WaitDrawing& drawing) {
  QBuffer out;
  const QSizeF size = drawing.bounds().size();
  QSvgGenerator generator;
  generator.setOutputDevice(&out);
  generator.setResolution(QImage(1, 1, QImage::Format_RGB32).logicalDpiX());  // so that text keeps its size
  generator.setSize(size.toSize());
  generator.setViewBox(QRectF(QPointF(), size));
  generator.setTitle(QCoreApplication::translate("leasescope::ui::GraphExport", "Wait-for graph"));
  QPainter painter(&generator);
  paintWhole(painter, drawing);
  painter.end();
  return out.data();
}

QByteArray asPng(const WaitDrawing& drawing) {
  const QSizeF size = drawing.bounds().size();
  const double scale = std::min(kPngScale, std::sqrt(kMostPixels / (size.width() * size.height())));
  QImage image((size * scale).toSize(), QImage::Format_RGB32);
  QPainter painter(&image);
  painter.scale(scale, scale);
  paintWhole(painter, drawing);
  painter.end();
  QBuffer out;
  out.open(QIODevice::WriteOnly);
  image.save(&out, "PNG");
  return out.data();
}

QByteArray asDot(const WaitDrawing& drawing) {
  return QByteArray::fromStdString(toDot(drawing.part(), drawing.identities()));
}

QString writeFile(const QString& path, const QByteArray& bytes) {
  QSaveFile file(path);
  if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
    return file.errorString();
  }
  return {};
}

}  // namespace leasescope::ui
