import { AppRegistry } from 'react-native';
import App from '../../examples/expo/App';

AppRegistry.registerComponent('App', () => App);
AppRegistry.runApplication('App', { rootTag: document.getElementById('root') as never, initialProps: {} });
