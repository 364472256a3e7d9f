import Compute
import Files
import Foundation

extension PythonWorkers {
  /// The process that draws: another one, as an environment that can draw is often slower.
  struct Renderer {
    var worker: PythonWorker?
    /// Why there are no pictures.
    var obstacle: InputError?
  }

  /// A picture of a state, as the environment renders it; nil if it cannot.
  func picture(of episode: PythonEpisode) -> Pixels? {
    guard description.renders else { return nil }
    return renderer.withLock { (renderer) -> Pixels? in
      guard renderer.obstacle == nil else { return nil }
      do throws(InputError) {
        return try draw(episode, &renderer)
      } catch {
        renderer.obstacle = error
        renderer.worker = nil
        return nil
      }
    }
  }

  private func draw(_ episode: PythonEpisode, _ renderer: inout Renderer) throws(InputError) -> Pixels {
    let worker: PythonWorker
    if let started = renderer.worker {
      worker = started
    } else {
      worker = try Self.start(definition, settings).0
      renderer.worker = worker
    }
    let steps = episode.actions.count / description.rowSize
    var payload: [UInt8] = []
    PythonFrame.append(episode.seed, to: &payload)
    PythonFrame.append(UInt32(steps), to: &payload)
    PythonFrame.append(episode.actions.span, to: &payload)
    do throws(PythonTrouble) {
      // The first picture opens what draws; the steps up to it are played again.
      let patience = max(60, settings.timeout) * (1 + Double(steps) / 100)
      try worker.send(.render, payload, seconds: patience)
      try worker.receive(.render, seconds: patience)
      let answer = worker.answer
      guard answer.count >= 12 else { throw .confused("no picture") }
      let sides = answer.withUnsafeBytes { bytes in (0..<3).map { Int(PythonFrame.number(bytes, at: 4 * $0)) } }
      guard sides[0] > 0, sides[1] > 0, sides[2] == 1 || sides[2] == 3,
        answer.count == 12 + sides[0] * sides[1] * sides[2]
      else { throw .confused("a picture of \(sides)") }
      return Pixels(columns: sides[1], rows: sides[0], channels: sides[2], values: Array(answer[12...]))
    } catch {
      throw PythonExplanation(definition: definition, settings: settings)
        .error(error, lines: worker.lastLines(12), during: "drawing")
    }
  }

  /// Plays an episode again on an instance of its own, and compares.
  func playAgain(_ episode: inout PythonEpisode) {
    locked { state in
      guard state.failure == nil else { return }
      do { _ = try stand(at: &episode, &state) } catch { fail(error, &state) }
    }
  }
}

extension PythonEnvironment {
  /// What the environment renders as `rgb_array`, at most 320 pixels a side: the episode is played again in a process
  /// that draws, which goes on where the last picture was. Without that, the observation.
  public func scene(_ state: PythonEpisode) -> Scene {
    guard let pixels = workers.picture(of: state) else {
      let observation = observation(of: state)
      if let image = specification.image { return .image(observation, image, specification.observationSpace) }
      return .observation(observation, specification)
    }
    let (width, height) = (Double(pixels.columns), Double(pixels.rows))
    return Scene(
      left: 0, bottom: 0, width: width, height: height,
      shapes: [.image(x: 0, y: 0, width: width, height: height, pixels: pixels)])
  }

  /// Why scenes show the observation and not what the environment renders; nil if it renders, or was not asked yet.
  public var renderingObstacle: InputError? { workers.renderer.withLock { $0.obstacle } }
}
