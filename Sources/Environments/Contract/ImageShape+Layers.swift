import Compute

extension EnvironmentSpecification {
  /// How a network looks at the observation; nil if it is no image, or one of less than 5 pixels a side: then its
  /// components are numbers like any others.
  ///
  /// The convolutions are those of the Atari papers where they fit (36 pixels a side), else two small ones. Values are
  /// scaled by their largest bound: bytes become 0 … 1.
  package var imageLayers: ImageLayers? { imageLayers(among: [ImageLayers.nature, ImageLayers.small]) }

  /// The same for a reward model: the convolutions of Christiano et al. where they fit (43 pixels a side).
  package var rewardImageLayers: ImageLayers? { imageLayers(among: [ImageLayers.christiano, ImageLayers.small]) }

  private func imageLayers(among makes: [(Int, Int, Int, Int) -> ImageLayers]) -> ImageLayers? {
    guard let image else { return nil }
    let made = makes.lazy.map { $0(image.frames, image.rows / image.frames, image.columns, image.channels) }
    guard var layers = made.first(where: \.fits) else { return nil }
    let largest = observationSpace.high.max() ?? 1
    layers.scale = largest.isFinite && largest > 0 ? 1 / largest : 1
    return layers
  }
}
