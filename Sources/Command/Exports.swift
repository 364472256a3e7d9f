// A command of your own writes verbs, worlds and reproductions with one import.
@_exported import ArgumentParser
@_exported import Pactolus
@_exported import Reproductions
