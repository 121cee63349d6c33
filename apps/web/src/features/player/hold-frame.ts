/** Keeps a clip's last picture in place while its source is replaced. @returns what takes it away */
export function holdFrame(video: HTMLVideoElement): () => void {
  if (video.videoWidth === 0 || !video.parentElement) return () => {};
  const picture = document.createElement('canvas');
  picture.width = video.videoWidth;
  picture.height = video.videoHeight;
  picture.getContext('2d')?.drawImage(video, 0, 0);
  picture.className = video.className;
  video.after(picture);
  return () => picture.remove();
}
