"""What QGIS reads of a server; run by the system's Python, which QGIS belongs to. Tasks in, answers out, as JSON.

A task is ``{"address", "login", "secret", "collections", "tiles", "box"}``; its answer has for each collection the
identifiers of the features, and for each tile layer whether it is valid and how much of the box it paints.
"""

import json
import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFillSymbol,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileBasicRenderer,
    QgsVectorTileBasicRendererStyle,
    QgsVectorTileLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def main():
    """Answer the tasks of the standard input."""
    application = QgsApplication([], False)
    application.initQgis()
    manager = QgsApplication.authManager()
    manager.setMasterPassword("only for this run", True)
    answers = [answer(manager, task) for task in json.load(sys.stdin)]
    print("ANSWERS " + json.dumps(answers))
    application.exitQgis()


def answer(manager, task):
    """Read everything of one task with its login."""
    config = QgsAuthMethodConfig("Basic")
    config.setName(task["login"])
    config.setConfig("username", task["login"])
    config.setConfig("password", task["secret"])
    manager.storeAuthenticationConfig(config)
    return {
        "login": task["login"],
        "collections": {name: read_features(task["address"], name, config.id()) for name in task["collections"]},
        "tiles": {name: draw_tiles(task["address"], name, config.id(), task["box"]) for name in task["tiles"]},
    }


def read_features(address, name, config):
    """Return key and geometry type of each feature, or why the layer cannot be opened."""
    uri = f"authcfg={config} restrictToRequestBBOX='0' typename='{name}' url='{address}/ogc' pageSize='50'"
    layer = QgsVectorLayer(uri, name, "OAPIF")
    if not layer.isValid():
        return {"error": layer.error().message() or layer.dataProvider().error().message()}
    found = [feature.attribute(key_of(layer)) for feature in layer.getFeatures()]
    box = layer.extent()
    return {"ids": found, "extent": [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()]}


def key_of(layer):
    """Return the field that holds the key: the first one after the identifier of the provider."""
    return next(name for name in layer.fields().names() if name.endswith("_id"))


def draw_tiles(address, name, config, box):
    """Return what QGIS says of a layer of vector tiles, and the share of a box that it paints."""
    uri = f"type=xyz&zmin=0&zmax=20&authcfg={config}&url={address}/tiles/{name}/{{z}}/{{x}}/{{y}}.mvt"
    layer = QgsVectorTileLayer(uri, name)
    if not layer.isValid():
        return {"valid": False}
    style = QgsVectorTileBasicRendererStyle("all", name, QgsWkbTypes.PolygonGeometry)
    style.setSymbol(QgsFillSymbol.createSimple({"color": "#ff0000", "outline_style": "no"}))
    style.setEnabled(True)
    renderer = QgsVectorTileBasicRenderer()
    renderer.setStyles([style])
    layer.setRenderer(renderer)
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    to_mercator = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem("EPSG:4326"), settings.destinationCrs(), QgsProject.instance()
    )
    settings.setExtent(to_mercator.transformBoundingBox(QgsRectangle(*box)))
    settings.setOutputSize(QSize(1200, 244))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    pixels = [image.pixelColor(x, y) for x in range(5, image.width(), 12) for y in range(5, image.height(), 12)]
    painted = sum(pixel.red() > 200 > pixel.green() for pixel in pixels) / len(pixels)
    return {"valid": True, "errors": [error.message for error in job.errors()], "painted": painted}


main()
